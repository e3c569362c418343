"""What was shared, as its readers see it, and the comments on it."""
