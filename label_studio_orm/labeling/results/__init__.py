"""Results: built of natural terms, checked, read back."""
