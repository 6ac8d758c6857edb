"""`python -m bot.tenant --config FILE.json`: run a tenant until SIGTERM."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.local.config import ConfigError
from bot.tenant.config import Config, read_config
from bot.tenant.server import running_tenant


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.tenant", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="app, clock, people, teams, chats (JSON)")
    parser.add_argument("--port", type=int, default=0, help="a free one unless named")
    arguments = parser.parse_args()
    try:
        config = read_config(json.loads(arguments.config.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, ConfigError) as error:
        parser.error(f"{arguments.config}: {error}")
    asyncio.run(_run(config, arguments.port))
    return 0


async def _run(config: Config, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running_tenant(config, port) as tenant:
        sys.stdout.write(json.dumps({"url": tenant.url}) + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
