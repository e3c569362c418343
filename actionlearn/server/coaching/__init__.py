"""A coach’s pages: desk, agreements, notes, question bank."""
