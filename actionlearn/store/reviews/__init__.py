"""What was shared, how it was reviewed, and the comments on it."""
