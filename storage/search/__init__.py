"""The derived search index: a SQLite full-text file beside the store."""
