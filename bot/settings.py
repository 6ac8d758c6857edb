"""The settings: app.yaml under the environment under the arguments, checked whole and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.settings_findings import Findings
from bot.settings_loading import Loading
from bot.settings_tree import Settings
from bot.yaml_source import Fault, SettingsError

__all__ = ["Fault", "Settings", "SettingsError", "load", "load_with_notes"]


def load(
    path: Path,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
    need_secrets: bool = True,
) -> Settings:
    """The settings of the file `path`, under the COMITIA_… variables of `environ`, under `overrides`.

    A variable names a key in capitals, levels joined by two underscores (COMITIA_WEB__PORT); lists of words are joined
    by commas; an empty variable counts as not given. A secret may stand in a file named by its variable and _FILE.
    `overrides`: dotted keys ("web.port") or nested mappings; None counts as not given. With `need_secrets` False a
    missing token is no fault (see `Settings.missing_secrets`). In a rehearsal the database is the rehearsal's own.

    Raises SettingsError with everything that is wrong; no secret is in it, nor in what it was raised from.
    """
    settings, _ = load_with_notes(path, environ=environ, overrides=overrides, need_secrets=need_secrets)
    return settings


def load_with_notes(
    path: Path,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
    need_secrets: bool = True,
) -> tuple[Settings, tuple[Fault, ...]]:
    """The settings as `load` gives them, and what in them is no fault and yet worth a look, such as a likely typo."""
    found = Findings(str(path))
    loading = Loading(found)
    settings = loading.run(path, environ, overrides or {}, need_secrets=need_secrets)
    faults = found.reported()
    if faults or settings is None:
        raise SettingsError(faults, locale=loading.locale)
    if settings.rehearsal is not None:
        settings = settings.model_copy(update={"database": settings.database.rehearsed()})
    return settings, found.noted()
