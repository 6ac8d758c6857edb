"""The command line. Each command imports what it needs when it runs, so that --help is instant."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

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
    """Runs the command line; what cannot be printed is told on stderr, and ends it with 1."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # `>&-`: the next file to be opened would take the place of what was closed, and be printed into
    os.close(opened)
    sys.stdout, sys.stderr = sys.stdout or os.fdopen(1, "w"), sys.stderr or os.fdopen(2, "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 lacks French's narrow spaces
    try:
        try:
            cli()
        finally:
            sys.stdout.flush()
    except OSError as error:
        if _is_heard():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left is flushed at the very end
        _tell_unwritten(error)
        sys.exit(1)


def _is_heard() -> bool:
    """Whether anything can be written on stdout."""
    try:
        os.write(1, b"\n")
    except OSError:
        return False
    return True


def _tell_unwritten(error: OSError) -> None:
    from bot.commands.speaking import speaker
    from rituals.messages import say

    if isinstance(error, BrokenPipeError):
        return  # whoever read has read enough
    with suppress(OSError):
        why = error.strerror or type(error).__name__
        sys.stderr.write(f"{speaker(os.environ).say(say('command-not-written', why=why))}\n")


@cli.command()
def run(
    config: Config = Path("app.yaml"),
    rehearse: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="A rehearsal: everything goes to this one person, marked so.")
    ] = None,
) -> None:
    """Run Comitia in chat until it is stopped."""
    from bot.commands.run import run as go

    raise typer.Exit(go(config, environ=os.environ, rehearse=rehearse))


@cli.command()
def init(
    config: Config = Path("app.yaml"),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: Annotated[str | None, typer.Option(help="en or fr: of the questions and comments.")] = None,
    platform: Annotated[str | None, typer.Option(help="Where people are: slack, teams or both.")] = None,
    name: Annotated[str | None, typer.Option(help="The organisation's name.")] = None,
    locale: Annotated[str | None, typer.Option(help="en or fr: of posts in rooms.")] = None,
    zone: Annotated[str | None, typer.Option(help="A time zone such as Europe/Paris.")] = None,
    holidays: Annotated[str | None, typer.Option(help="FR, CA-QC, dates, or none.")] = None,
    app_id: Annotated[str | None, typer.Option(help="On Teams: the bot's Microsoft app id, once there is one.")] = None,
    tenant: Annotated[str | None, typer.Option(help="On Teams: the tenant's id.")] = None,
    committee_room: Annotated[
        str | None, typer.Option(help="The committee's channel: its name on Slack, its link on Teams.")
    ] = None,
    everybody_room: Annotated[str | None, typer.Option(help="The channel where everybody reads, likewise.")] = None,
    chair: Annotated[str | None, typer.Option(metavar="EMAIL", help="Who chairs.")] = None,
    deputies: Annotated[str | None, typer.Option(metavar="EMAILS", help="Who deputises, by commas.")] = None,
    secretary: Annotated[str | None, typer.Option(metavar="EMAIL", help="The secretary.")] = None,
    members: Annotated[str | None, typer.Option(metavar="EMAILS", help="Who else votes.")] = None,
    change_managers: Annotated[str | None, typer.Option(metavar="EMAILS", help="Who gets the weekly letter.")] = None,
    admin: Annotated[str | None, typer.Option(metavar="EMAIL", help="Who looks after Comitia.")] = None,
    when: Annotated[str | None, typer.Option(help="When the committee meets, such as 1st tue.")] = None,
    at: Annotated[str | None, typer.Option(help="When its ballots open, such as 10:00.")] = None,
    rituals: Annotated[str | None, typer.Option(help="pulse, adoption, review, digest; all or none.")] = None,
) -> None:
    """Ask what the organisation is like, and write app.yaml."""
    from bot.commands.init import run as go

    given = {
        "language": language,
        "platform": platform,
        "name": name,
        "locale": locale,
        "zone": zone,
        "holidays": holidays,
        "app-id": app_id,
        "tenant": tenant,
        "committee-room": committee_room,
        "everybody-room": everybody_room,
        "chair": chair,
        "deputies": deputies,
        "secretary": secretary,
        "members": members,
        "change-managers": change_managers,
        "admin": admin,
        "when": when,
        "at": at,
        "rituals": rituals,
    }
    raise typer.Exit(go(config, given=given, yes=yes, force=force, environ=os.environ, out=sys.stdout))


@cli.command()
def migrate(config: Config = Path("app.yaml")) -> None:
    """Bring the database to this version's schema."""
    from bot.commands.migrate import run as go

    raise typer.Exit(asyncio.run(go(config, environ=os.environ, out=sys.stdout)))


@cli.command()
def check(
    config: Config = Path("app.yaml"),
    diff: Annotated[bool, typer.Option("--diff", help="Print what a restart would change; changes nothing.")] = False,
) -> None:
    """Check the settings: every fault with its line and remedy."""
    if diff:
        from bot.commands.diff import run as compare

        raise typer.Exit(asyncio.run(compare(config, environ=os.environ, at=datetime.now(UTC), out=sys.stdout)))
    from bot.commands.check import run as go

    raise typer.Exit(go(config, environ=os.environ, after=datetime.now(UTC), out=sys.stdout))


@cli.command()
def doctor(
    config: Config = Path("app.yaml"),
    to: Annotated[
        str | None, typer.Option(metavar="EMAIL|ROOM", help="Send a trial post there, and take it back.")
    ] = None,
) -> None:
    """Look at everything Comitia needs: database, tokens, scopes, rooms, people, sources."""
    from bot.clock import WallClock
    from bot.commands.doctor import run as go

    raise typer.Exit(asyncio.run(go(config, to=to, environ=os.environ, clock=WallClock(), out=sys.stdout)))


@cli.command()
def status(
    config: Config = Path("app.yaml"),
    json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
) -> None:
    """Say how things stand: 0 all is well, 1 something is wrong, 2 that cannot be told."""
    from bot.commands.status import run as go

    at = datetime.now(UTC)
    raise typer.Exit(asyncio.run(go(config, as_json=json, environ=os.environ, at=at, out=sys.stdout)))


@cli.command()
def calendar(
    config: Config = Path("app.yaml"),
    months: Annotated[int, typer.Option(min=1, max=24, help="How many months ahead.")] = 3,
) -> None:
    """Print what falls due, with zone."""
    from bot.commands.calendar import run as go

    raise typer.Exit(go(config, months=months, environ=os.environ, after=datetime.now(UTC), out=sys.stdout))


@cli.command("import")
def import_(
    kind: Annotated[
        str | None, typer.Argument(help="people, initiatives, usage, conversations, savings or readings.")
    ] = None,
    file: Annotated[Path | None, typer.Argument(help="A CSV file.")] = None,
    config: Config = Path("app.yaml"),
    template: Annotated[bool, typer.Option("--template", help="Print the columns and an example line.")] = False,
) -> None:
    """Take in a CSV file, all of it or nothing; the same file again changes nothing."""
    from bot.commands import import_ as command

    if template:
        raise typer.Exit(command.template(kind, sys.stdout, sys.stderr, environ=os.environ))
    if kind is None or file is None:
        raise typer.Exit(command.nothing_named(sys.stderr, environ=os.environ))
    raise typer.Exit(
        asyncio.run(
            command.run(
                *(kind, file),
                config=config,
                environ=os.environ,
                at=datetime.now(UTC),
                out=sys.stdout,
                err=sys.stderr,
            )
        )
    )


@cli.command("undo-import")
def undo_import(
    number: Annotated[int | None, typer.Argument(help="Which import; the last one by default.")] = None,
    config: Config = Path("app.yaml"),
) -> None:
    """Take an import back: all is as it was before."""
    from bot.commands import import_ as command

    raise typer.Exit(
        asyncio.run(command.undo(number, config=config, environ=os.environ, at=datetime.now(UTC), out=sys.stdout))
    )


@cli.command()
def imports(config: Config = Path("app.yaml")) -> None:
    """List the imports that count."""
    from bot.commands import import_ as command

    raise typer.Exit(asyncio.run(command.listing(config=config, environ=os.environ, out=sys.stdout)))


manifests = typer.Typer(no_args_is_help=True, help="What a platform needs to know to make the app.")
cli.add_typer(manifests, name="manifest")


@manifests.command("slack")
def manifest_slack(
    config: Config = Path("app.yaml"),
    mode: Annotated[
        Literal["socket", "http"] | None, typer.Option(help="How Slack reaches Comitia.", show_default="as app.yaml")
    ] = None,
    url: Annotated[str | None, typer.Option(help="In http mode: the public address, https://…")] = None,
    name: Annotated[str, typer.Option(help="What the app is called in Slack.")] = "Comitia",
    as_yaml: Annotated[bool, typer.Option("--yaml", help="YAML instead of JSON.")] = False,
) -> None:
    """Print the manifest of the Slack app: its scopes, events and command."""
    from bot.commands.manifest import run as go

    raise typer.Exit(
        go(config, name=name, mode=mode, url=url, as_yaml=as_yaml, environ=os.environ, out=sys.stdout, err=sys.stderr)
    )


@manifests.command("teams")
def manifest_teams(
    config: Config = Path("app.yaml"),
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the zip.")] = Path(
        "comitia-teams.zip"
    ),
    bot: Annotated[str | None, typer.Option("--app-id", help="The Azure bot's app id.")] = None,
    name: Annotated[str, typer.Option(help="What the app is called in Teams.")] = "Comitia",
    website: Annotated[
        str | None, typer.Option(help="Where people find help, https://…", show_default="the people's mail domain")
    ] = None,
    privacy: Annotated[str | None, typer.Option(help="What is said of privacy.", show_default="the website")] = None,
    terms: Annotated[str | None, typer.Option(help="The terms of use.", show_default="the website")] = None,
    version: Annotated[
        str | None, typer.Option(help="Of the app; a changed one needs a higher one.", show_default="the package's own")
    ] = None,
) -> None:
    """Write the package of the Teams app: its manifest in English and French, and its icons."""
    from bot.commands.manifest import run_teams as go

    told = {"bot": bot, "website": website, "privacy": privacy, "terms": terms, "version": version}
    raise typer.Exit(go(config, file, **told, name=name, environ=os.environ, out=sys.stdout, err=sys.stderr))


@cli.command("install-teams")
def install_teams(
    config: Config = Path("app.yaml"),
    initiative: Annotated[
        str | None, typer.Option(metavar="KEY", help="For its people.", show_default="everybody known on Teams")
    ] = None,
    go: Annotated[bool, typer.Option("--go", help="Really install; otherwise it only counts.")] = False,
) -> None:
    """Give people the Teams app who do not have it yet, so that Comitia may write to them."""
    from bot.clock import WallClock
    from bot.commands.teams import install

    clock = WallClock()
    raise typer.Exit(
        asyncio.run(install(config, initiative=initiative, go=go, environ=os.environ, clock=clock, out=sys.stdout))
    )


@cli.command()
def workspace(
    config: Config = Path("app.yaml"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port (0: any).")] = 8900,
    directory: Annotated[Path | None, typer.Option(help="Where to keep what is said.")] = None,
) -> None:
    """Open a local workspace with the people and rooms of app.yaml, to try going live without an account."""
    from bot.demo.workspace import run as go

    raise typer.Exit(asyncio.run(go(config, port=port, directory=directory)))


@cli.command()
def digest(
    config: Config = Path("app.yaml"),
    preview: Annotated[bool, typer.Option("--preview", help="Print what would go out now; nothing is sent.")] = False,
    to: Annotated[
        str | None, typer.Option("--for", metavar="EMAIL", help="A reader's letter.", show_default="the first reader's")
    ] = None,
    lang: Annotated[
        Literal["en", "fr"] | None, typer.Option(help="In which language.", show_default="the reader's")
    ] = None,
) -> None:
    """Print the weekly digest as it stands now."""
    from bot.commands import digest as command

    if not preview:
        raise typer.Exit(command.not_previewed(sys.stderr, environ=os.environ))
    at = datetime.now(UTC)
    raise typer.Exit(
        asyncio.run(command.run(config, email=to, language=lang, environ=os.environ, at=at, out=sys.stdout))
    )


@cli.command("my-data")
def my_data(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose.")], config: Config = Path("app.yaml")
) -> None:
    """Print what is kept of somebody, to be handed to them alone."""
    from bot.commands.personal import show

    raise typer.Exit(asyncio.run(show(config, email, environ=os.environ, at=datetime.now(UTC), out=sys.stdout)))


@cli.command()
def erase(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose data.")],
    config: Config = Path("app.yaml"),
    yes: Annotated[bool, typer.Option("--yes", help="Really erase.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Count somebody erased again from now on.")] = False,
) -> None:
    """Erase what is kept of somebody who asked for it and cannot in chat."""
    from bot.commands.personal import erase as go

    at = datetime.now(UTC)
    raise typer.Exit(asyncio.run(go(config, email, sure=yes, lift=lift, environ=os.environ, at=at, out=sys.stdout)))


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    config: Config = Path("app.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write all that is kept to one file, while Comitia runs or not."""
    from bot.commands.backup import back_up

    at = datetime.now(UTC)
    raise typer.Exit(asyncio.run(back_up(config, file, force=force, environ=os.environ, at=at, out=sys.stdout)))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")], config: Config = Path("app.yaml")
) -> None:
    """Put a backup back; the database there was is kept beside it."""
    from bot.commands.backup import restore as go

    raise typer.Exit(asyncio.run(go(config, file, environ=os.environ, at=datetime.now(UTC), out=sys.stdout)))


key_commands = typer.Typer(help="The keys that the database holds: what each is for, and new ones for old.")
cli.add_typer(key_commands, name="keys")


@key_commands.callback(invoke_without_command=True)
def keys(context: typer.Context, config: Config = Path("app.yaml")) -> None:
    """List the keys that the database holds, never the keys themselves."""
    if context.invoked_subcommand is not None:
        return
    from bot.commands.keys import run as go

    raise typer.Exit(asyncio.run(go(config, environ=os.environ, out=sys.stdout)))


@key_commands.command()
def rotate(
    kind: Annotated[Literal["sending", "identity"], typer.Argument(help="Which key.")],
    config: Config = Path("app.yaml"),
) -> None:
    """Put a new key in the place of the one there is, while no Comitia is at work."""
    from bot.commands.keys import rotate as go

    at = datetime.now(UTC)
    raise typer.Exit(asyncio.run(go(config, kind, environ=os.environ, at=at, out=sys.stdout)))


@cli.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Run on the stepped clock and print figures.")] = False,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="Headless: weeks to run.")] = 6,
    seed: Annotated[int, typer.Option(help="Headless: the colleagues' seed.")] = 7,
    json: Annotated[bool, typer.Option("--json", help="Headless: one JSON object on stdout.")] = False,
    kills: Annotated[int, typer.Option(min=0, max=100, help="Headless: SIGKILL Comitia so often on the way.")] = 0,
    history: Annotated[int, typer.Option(min=1, max=13, help="Headless: weeks of history behind it.")] = 13,
    platform: Annotated[
        Literal["slack", "teams", "both"], typer.Option(help="Headless: where its people are; both: half on each.")
    ] = "slack",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port (0: any).")] = 0,
    directory: Annotated[Path | None, typer.Option(help="Where to keep the demo's files.")] = None,
) -> None:
    """Try everything on a local workspace with a made-up organisation: no account, no token."""
    if headless:
        from bot.demo.headless import run as go_headless

        raise typer.Exit(
            asyncio.run(
                go_headless(
                    weeks=weeks,
                    seed=seed,
                    as_json=json,
                    directory=directory,
                    kills=kills,
                    past=history,
                    platform=platform,
                )
            )
        )
    from bot.demo.interactive import run as go

    raise typer.Exit(asyncio.run(go(port=port, seed=seed, directory=directory)))


@cli.command()
def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The Playground's port (0: any).")] = 56150,
    seed: Annotated[int, typer.Option(help="The colleagues' seed.")] = 7,
    directory: Annotated[Path | None, typer.Option(help="Where to keep the files; a new one.")] = None,
    client: Annotated[
        Path | None, typer.Option(help="The Playground's cli.js.", show_default="tools/playground's")
    ] = None,
) -> None:
    """Try Teams without a tenant, in Microsoft's Agents Playground (needs Node.js)."""
    from bot.demo.playground import run as go

    raise typer.Exit(asyncio.run(go(port=port, seed=seed, directory=directory, client=client)))
