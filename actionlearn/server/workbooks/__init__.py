"""A workbook: its page, its state, sharing it."""
