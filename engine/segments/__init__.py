"""Saved segments: definitions, versions, history."""
