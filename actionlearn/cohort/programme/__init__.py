"""A programme as its file describes it, checked."""
