"""The store for many processes: a Redis or Valkey server."""
