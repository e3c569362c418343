"""Gentle reminders: once a day, in nobody's quiet hours, what is new for somebody. Facts, and nobody's words."""
