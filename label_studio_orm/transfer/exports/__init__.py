"""Exports of tasks, by snapshots or page by page."""
