"""Rosters as people have them: CSV, spreadsheets, OneRoster."""
