"""The log of redemptions."""
