"""The files that tasks refer to, beside their labels."""
