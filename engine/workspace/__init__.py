"""Opens the folder of a workspace; the one way to write."""
