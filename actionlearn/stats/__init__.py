"""Numbers, whatever they count: series, run charts, goals, and what a small group must not tell."""
