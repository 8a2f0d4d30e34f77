"""Many small writes become few large ones."""
