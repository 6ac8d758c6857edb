"""The command line. Each command imports what it needs when it runs, so that --help is instant."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Comitia runs an organisation's AI-governance rituals in chat.",
)

Config = Annotated[Path, typer.Option("--config", "-c", help="The settings file.", show_default="app.yaml")]


def main() -> None:
    """Runs the command line."""
    cli()


@cli.command()
def run(config: Config = Path("app.yaml")) -> None:
    """Run Comitia on Slack until it is stopped."""
    from bot.commands.run import run as go

    raise typer.Exit(go(config, environ=os.environ))


@cli.command()
def migrate(config: Config = Path("app.yaml")) -> None:
    """Bring the database to this version's schema."""
    from bot.commands.migrate import run as go

    raise typer.Exit(asyncio.run(go(config, environ=os.environ, out=sys.stdout)))


@cli.command()
def check(config: Config = Path("app.yaml")) -> None:
    """Check the settings: every fault with its line and remedy."""
    from bot.commands.check import run as go

    raise typer.Exit(go(config, environ=os.environ, after=datetime.now(UTC), out=sys.stdout))


@cli.command()
def calendar(
    config: Config = Path("app.yaml"),
    months: Annotated[int, typer.Option(min=1, max=24, help="How many months ahead.")] = 3,
) -> None:
    """Print what falls due, with zone."""
    from bot.commands.calendar import run as go

    raise typer.Exit(go(config, months=months, environ=os.environ, after=datetime.now(UTC), out=sys.stdout))


@cli.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Run on the stepped clock and print figures.")] = False,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="Headless: weeks to run.")] = 6,
    seed: Annotated[int, typer.Option(help="Headless: the colleagues' seed.")] = 7,
    json: Annotated[bool, typer.Option("--json", help="Headless: one JSON object on stdout.")] = False,
    kills: Annotated[int, typer.Option(min=0, max=100, help="Headless: SIGKILL Comitia so often on the way.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port (0: any).")] = 0,
    directory: Annotated[Path | None, typer.Option(help="Where to keep the demo's files.")] = None,
) -> None:
    """Try everything on a local workspace with a made-up organisation: no account, no token."""
    if headless:
        from bot.demo.headless import run as go_headless

        raise typer.Exit(
            asyncio.run(go_headless(weeks=weeks, seed=seed, as_json=json, directory=directory, kills=kills))
        )
    from bot.demo.interactive import run as go

    raise typer.Exit(asyncio.run(go(port=port, seed=seed, directory=directory)))
