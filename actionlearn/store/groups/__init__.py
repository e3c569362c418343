"""What a set and a cohort share among themselves."""
