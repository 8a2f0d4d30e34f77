"""Media files that tasks refer to."""
