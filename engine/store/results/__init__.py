"""What `workbench.db` holds: everything relational and small, and all results."""
