"""What the server does by itself at set times."""
