"""One customer: everything known, and everything that happened."""
