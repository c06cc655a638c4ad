"""Redemptions recorded by hand and taken back, and what each made of its customer."""
