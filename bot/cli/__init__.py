"""The command line: words in, exit codes out; the work is in `bot.app` and the services."""
