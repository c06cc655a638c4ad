"""Sample data of any size: the same count and seed give the same bytes."""
