"""Tests mirror the tree of the code; their names are sentences."""
