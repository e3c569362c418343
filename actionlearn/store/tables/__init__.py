"""The tables, by area."""
