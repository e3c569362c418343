"""Live cells and their kernels: starting, sharing, ending, and the channel to the page."""
