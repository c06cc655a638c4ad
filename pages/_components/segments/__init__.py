"""Saved segments on pages."""
