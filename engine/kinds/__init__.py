"""The kinds of record: one row each, from which storage, files, lists, filters and docs follow."""
