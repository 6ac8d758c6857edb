"""`python -m bot.tenant --config FILE.json`: run a tenant until SIGTERM."""

import asyncio
import sys

from bot.local.command import parser_of, read_file, until_stopped
from bot.tenant.config import read_config
from bot.tenant.server import running_tenant


def main() -> int:
    parser = parser_of("bot.tenant", __doc__, "app, clock, people, teams, chats")
    arguments = parser.parse_args()
    config = read_file(arguments.config, read_config, parser)
    asyncio.run(until_stopped(running_tenant(config, arguments.port)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
