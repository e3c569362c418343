"""People, their memberships and sessions, and what is recorded of both."""
