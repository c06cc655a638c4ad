"""The builder of a filter."""
