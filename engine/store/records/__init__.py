"""The records: append-only versions in Delta tables."""
