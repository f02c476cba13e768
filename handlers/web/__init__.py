"""The Daily Papers page and its feeds: HTML and Atom made on the server, no script, nothing from elsewhere."""
