"""Alembic migrations of workbench.db."""
