"""Export: snapshots are made, downloaded and removed."""
