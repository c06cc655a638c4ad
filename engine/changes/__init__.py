"""What was changed, by whom and why; and taken back."""
