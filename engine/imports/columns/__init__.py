"""What columns a file has, and where each goes."""
