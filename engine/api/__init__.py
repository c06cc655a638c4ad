"""The HTTP door: routes beside the pages."""
