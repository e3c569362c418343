"""Notebooks of a cohort: planned, made with papermill, written, upgraded."""
