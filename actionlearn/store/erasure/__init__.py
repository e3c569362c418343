"""Erasing words and people, everywhere they are."""
