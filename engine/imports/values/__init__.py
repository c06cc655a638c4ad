"""Text becomes typed values."""
