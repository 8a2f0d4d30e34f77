"""Code that runs within Label Studio, in its own Python, and imports nothing of this package."""
