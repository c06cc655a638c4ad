"""Every kind of record: one row each, from which all that handles records follows."""
