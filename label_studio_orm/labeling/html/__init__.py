"""Character offsets in HTML, as the editor counts them after sanitizing and browser parsing."""
