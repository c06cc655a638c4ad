"""A file on disk as rows of text or JSON."""
