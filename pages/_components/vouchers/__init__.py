"""Vouchers and campaigns: their list, one of each, and the form of their terms."""
