"""The progress of a cohort: of each learner, as a table, and as numbers."""
