"""A learner’s first page, and what it leads to."""
