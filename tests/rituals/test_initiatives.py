"""What app.yaml says of an initiative, and what the committee has decided on it."""

from dataclasses import replace
from datetime import date

import pytest

from rituals.initiatives import Initiative, Stage, Standing, renewed

KNOWN = Initiative(
    key="triage",
    title="Triage",
    summary="Sorts claims.",
    stage=Stage.MVP,
    standing=Standing.ACTIVE,
    department="Claims",
)
LISTED = replace(KNOWN, title="Claims triage", stage=Stage.POC, standing=Standing.ASKING, asked_on=date(2026, 1, 5))


def test_words_follow_app_yaml_and_the_stage_follows_the_committee_once_it_has_decided() -> None:
    after = renewed(KNOWN, LISTED, decided_on=date(2026, 2, 3))
    assert (after.title, after.stage) == ("Claims triage", Stage.MVP)
    assert renewed(KNOWN, LISTED, decided_on=None).stage is Stage.POC


@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.STOPPED])
def test_a_decided_initiative_asks_again_only_since_a_later_day(standing: Standing) -> None:
    decided = replace(KNOWN, standing=standing)
    assert renewed(decided, LISTED, decided_on=date(2026, 2, 3)).standing is standing
    assert renewed(decided, replace(LISTED, asked_on=None), decided_on=date(2026, 2, 3)).standing is standing
    again = renewed(decided, replace(LISTED, asked_on=date(2026, 2, 4)), decided_on=date(2026, 2, 3))
    assert (again.standing, again.asked_on) == (Standing.ASKING, date(2026, 2, 4))


def test_an_initiative_that_no_longer_asks_leaves_the_queue() -> None:
    asking = replace(KNOWN, standing=Standing.ASKING, asked_on=date(2026, 1, 5), carried_over=2)
    after = renewed(asking, replace(LISTED, standing=Standing.ACTIVE, asked_on=None), decided_on=None)
    assert (after.standing, after.asked_on, after.carried_over) == (Standing.ACTIVE, None, 0)


def test_one_that_was_put_off_keeps_its_place() -> None:
    waiting = replace(KNOWN, standing=Standing.ASKING, asked_on=date(2026, 1, 5), carried_over=2)
    assert renewed(waiting, LISTED, decided_on=date(2026, 2, 3)).carried_over == 2


def test_the_last_stage_leads_to_itself() -> None:
    assert Stage.INDUSTRIALISED.next() is Stage.INDUSTRIALISED
    assert Stage.POC.next() is Stage.MVP
