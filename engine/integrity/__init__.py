"""Whether a workspace is what it was written to be."""
