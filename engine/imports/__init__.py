"""A file comes in: read, map, type, commit."""
