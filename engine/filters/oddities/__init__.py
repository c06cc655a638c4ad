"""What is odd in a filter, proved from the language alone."""
