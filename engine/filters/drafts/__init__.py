"""A filter while it is being built."""
