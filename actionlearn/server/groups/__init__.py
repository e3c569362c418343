"""A set and a cohort among themselves: room, board, shown answers, meetings."""
