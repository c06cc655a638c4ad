"""The operators: one row each, and what the rows are made of."""
