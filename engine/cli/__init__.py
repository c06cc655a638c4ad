"""The command line: a third door on the use cases of the pages."""
