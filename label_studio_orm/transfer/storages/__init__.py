"""Syncs of storages."""
