"""`python -m bot.sandbox --config FILE.json --data FILE.sqlite`: run a workspace until SIGTERM."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.local.config import ConfigError
from bot.sandbox.config import Config, read_config
from bot.sandbox.server import running_workspace


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="team, clock, app, people, channels (JSON)")
    parser.add_argument("--data", type=Path, required=True, help="what it remembers (SQLite)")
    parser.add_argument("--port", type=int, default=0, help="a free one unless named")
    arguments = parser.parse_args()
    try:
        config = read_config(json.loads(arguments.config.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, ConfigError) as error:
        parser.error(f"{arguments.config}: {error}")
    asyncio.run(_run(config, arguments.data, arguments.port))
    return 0


async def _run(config: Config, data: Path, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running_workspace(config, data, port) as workspace:
        sys.stdout.write(json.dumps({"url": workspace.url}) + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
