"""Where the process starts: ``paperround`` and ``python -m bot``."""

from __future__ import annotations

import sys

from bot.cli.entry import main as run_command_line


def main() -> int:
    """Run the command line; gives the exit code."""
    return run_command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
