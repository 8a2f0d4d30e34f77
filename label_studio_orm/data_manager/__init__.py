"""Task queries: the columns, filters, views and pages of the server's Data Manager."""
