"""The terminal: digests and answers as text, and a prompt to talk at."""
