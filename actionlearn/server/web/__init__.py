"""What every handler stands on: who asks, how large a request may be, what headers it gets."""
