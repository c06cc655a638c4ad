"""Lists of records on pages."""
