"""People into a cohort: what a roster would change, and the links they sign in with."""
