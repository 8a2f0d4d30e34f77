"""Import: rows become tasks, each exactly once."""
