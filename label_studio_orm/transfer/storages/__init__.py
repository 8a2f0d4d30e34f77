"""Storages that bring and take what is new."""
