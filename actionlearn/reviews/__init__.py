"""What a learner shares, the executed notebook made from it, and what others answer."""
