"""How the server is asked for tasks: its Data Manager's columns, filters, views and pages."""
