"""Slack: words as Block Kit, and the app that talks and posts there."""
