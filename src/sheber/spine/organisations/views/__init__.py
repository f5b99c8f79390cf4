"""The tree as pages."""
