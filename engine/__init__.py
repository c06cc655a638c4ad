"""The language, the records and the use cases; pages, routes and commands are its doors."""
