"""The derived search index: a folder of the full-text engine beside the store."""
