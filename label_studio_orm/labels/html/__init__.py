"""HTML as the editor counts it: cleaned as it cleans, read as a browser reads."""
