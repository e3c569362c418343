"""A cohort: who is in it, what is suggested to them, and the workbooks made for them."""
