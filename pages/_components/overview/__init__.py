"""The overview: the numbers of the base, and the tour."""
