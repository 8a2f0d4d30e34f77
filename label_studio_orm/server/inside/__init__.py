"""Code that runs in Label Studio's own Python, and imports nothing of this package."""
