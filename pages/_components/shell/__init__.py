"""What every page begins with."""
