"""The long verbs: import and export."""
