"""What errors say, by area: a sentence for each code, and what to do next."""
