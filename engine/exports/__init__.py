"""Rows go out: to a file, streamed and atomic."""
