"""Filters as SQL over the record tables."""
