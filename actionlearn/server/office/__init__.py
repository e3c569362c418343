"""A facilitator’s pages: progress, programmes, rosters, links, builds."""
