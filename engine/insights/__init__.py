"""What the base comes to over time."""
