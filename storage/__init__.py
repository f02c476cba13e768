"""The stores that keep what must not be lost."""
