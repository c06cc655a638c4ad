"""The filter language: pure, Polars and nothing else of ours but errors."""
