"""Imports on pages."""
