"""What goes out: webhooks, and the messages on their way to them."""
