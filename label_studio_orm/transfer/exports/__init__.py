"""Exports: snapshots are created, downloaded and removed."""
