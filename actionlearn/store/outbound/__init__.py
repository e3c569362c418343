"""What leaves the kit: released words, and statements for a record store."""
