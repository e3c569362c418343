"""How far a cohort is."""
