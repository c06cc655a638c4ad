"""All records in memory, as one change set left them."""
