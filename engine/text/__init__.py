"""Text as it is shown, and as it leaves in files."""
