"""A settings file to begin from, and what becomes of it once it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.translator import Translator
from bot.settings import Fault, Settings, SettingsError, load

FRENCH = Translator("fr", ZoneInfo("UTC"))
BOT = "xoxb-1111111111-" + "abcdefABCDEF"
APP = "xapp-1-A1111111-" + "ghijklGHIJKL"
SIGNING = "0123456789abcdef" * 2
URL = "postgresql://comitia:" + "hunter2hunter2@db.example/comitia"
SECRETS = (BOT, APP, SIGNING, URL, "hunter2hunter2")
TOKENS = {"COMITIA_SLACK__BOT_TOKEN": BOT, "COMITIA_SLACK__APP_TOKEN": APP}

BASE = """\
organisation:
  name: Trois Rivières
  locale: fr
  zone: Europe/Paris
  holidays: FR
sites:
  quebec:
    zone: America/Toronto
    holidays: CA-QC
rooms:
  committee: comite-ia
people:
  - email: ana@example.org
    roles: [chair, admin]
  - email: bo@example.org
    roles: [member]
    site: quebec
initiatives:
  - key: claims
    title: Claims
    summary: Settles simple claims.
    stage: poc
    asks: 2026-01-05
    department: Claims
    owner: ana@example.org
rituals:
  committee:
    kind: prioritisation_committee
    title: Committee
    when: 1st tue
    at: 10:00
    room: committee
    marks_before: 5
    agenda_before: 2
    deadline: 17:00
    quorum: 1/2
    points: 5
"""


def read(
    file: Path,
    text: str | bytes = BASE,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, environ=TOKENS if environ is None else environ, overrides=overrides)


def faults(
    file: Path,
    text: str | bytes = BASE,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> tuple[Fault, ...]:
    with pytest.raises(SettingsError) as refusal:
        read(file, text, environ, overrides)
    assert refusal.value.faults
    french = [fault.said(FRENCH) for fault in refusal.value.faults]
    assert not set(french) & set(map(str, refusal.value.faults))
    said = "".join([*map(repr, refusal.value.faults), *french, str(refusal.value)])
    assert not [secret for secret in SECRETS if secret in said]
    assert refusal.value.__context__ is None
    assert refusal.value.__cause__ is None
    return refusal.value.faults


def changed(old: str, new: str, text: str = BASE) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def one(found: tuple[Fault, ...]) -> Fault:
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
