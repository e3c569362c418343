"""What an answer is: kinds of prompt, conditions, days, attached files, and how all of it reads."""
