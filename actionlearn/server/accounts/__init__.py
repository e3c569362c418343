"""Pages about oneself: signing in, language, notifications, personal data."""
