"""Who may use the HTTP API: keys, and what each of their roles allows."""
