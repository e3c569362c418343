"""Words released to managers and sponsors."""
