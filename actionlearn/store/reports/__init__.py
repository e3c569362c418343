"""Counts and lists that are read out of many tables at once."""
