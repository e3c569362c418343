"""What is typed: saving it, its history, its files and views."""
