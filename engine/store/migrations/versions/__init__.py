"""One file per version of workbench.db, in order."""
