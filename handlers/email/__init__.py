"""Mail: digests to the inboxes of those who asked for them, and the pages where they ask."""
