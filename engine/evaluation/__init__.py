"""A filter over columns in memory; knows no store."""
