"""Advice, only when asked for, and only as a question: on how one asks, and on what might be missing."""
