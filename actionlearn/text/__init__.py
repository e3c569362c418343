"""Text, whatever it says: marked up, compared, searched, cleaned."""
