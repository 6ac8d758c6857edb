"""`python -m bot.sandbox --config FILE.json --data FILE.sqlite`: run a workspace until SIGTERM."""

import asyncio
import sys
from pathlib import Path

from bot.local.command import parser_of, read_file, until_stopped
from bot.sandbox.config import read_config
from bot.sandbox.server import running_workspace


def main() -> int:
    parser = parser_of("bot.sandbox", __doc__, "team, clock, app, people, channels")
    parser.add_argument("--data", type=Path, required=True, help="what it remembers (SQLite)")
    arguments = parser.parse_args()
    config = read_file(arguments.config, read_config, parser)
    asyncio.run(until_stopped(running_workspace(config, arguments.data, arguments.port)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
