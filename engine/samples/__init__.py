"""The sample shop, of any size: the same count and seed give the same bytes."""
