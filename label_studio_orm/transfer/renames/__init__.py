"""Labels and data moved to new names, in all that is there."""
