"""Renames of labels and data prefixes in a whole project."""
