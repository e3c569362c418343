"""Live cells and their kernels."""
