"""The engine: the language, the records and the use cases; the doors are pages, routes and commands."""
