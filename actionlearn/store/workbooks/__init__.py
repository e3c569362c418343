"""Workbooks and the answers in them."""
