"""Files of this machine become tasks."""
