"""The weekly figures: counts kept by initiative, department and Sunday, and what was published of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from rituals.figures.alerts import Alert
from rituals.figures.records import AlertEvent, Card, Caveat, Change, Count, Record
from rituals.measures.disclosure import Figure, Release
from rituals.measures.statistics import Proportion


class Figures(Protocol):
    """Counts and published figures. `metric`: "adoption", "habit", "escalation", "csat", "response_rate" …

    A saving is an amount and no figure about people: see `Sources.savings`.
    """

    # --- for everybody: what was published ---

    async def latest(self, metric: str, initiative: str, until: date) -> tuple[date, Figure] | None:
        """What was last published of the whole initiative, for a Sunday no later than `until`."""

    async def series(self, metric: str, initiative: str, sundays: Sequence[date]) -> Sequence[Figure | None]:
        """What was published of the whole initiative for each of `sundays`; None where nothing was."""

    async def headline(self, initiative: str, until: date) -> Mapping[str, Figure | None]:
        """The last "adoption", "escalation" and "csat" published of it; None where there is none."""

    async def last_sunday(self, until: date) -> date | None:
        """The last Sunday, no later than `until`, for which anything was published."""

    async def followed(self) -> frozenset[str]:
        """The initiatives of which anything was ever published, or is watched by an alert."""

    async def changes(self, sunday: date) -> Sequence[Change]:
        """The changes confirmed over all figures of that Sunday, by initiative and metric."""

    async def suppressed(self, sunday: date) -> int:
        """How many groups of people were too small, or too easily told from others, to be shown for that Sunday."""

    async def caveats(self, sunday: date) -> Sequence[Caveat]:
        """What to know about the figures of that Sunday, by initiative and kind."""

    async def events(self, *, after: date, until: date) -> Sequence[AlertEvent]:
        """What became of alerts on Sundays after the one and up to the other, oldest first."""

    # --- for those who reckon ---

    async def records(self, initiative: str, sundays: Sequence[date]) -> Sequence[Record]:
        """All that was published of an initiative for these Sundays, departments too, oldest first."""

    async def wholes(
        self, sundays: Sequence[date], *, metrics: Collection[str] | None = None, initiative: str | None = None
    ) -> Sequence[Record]:
        """All that was published of whole initiatives (or one) for these Sundays, oldest first; of `metrics` alone."""

    async def publish(self, records: Sequence[Record], counts: Sequence[Count]) -> None:
        """Keeps what is published and what it was counted from; the same key again replaces it."""

    async def counts(
        self, metrics: Sequence[str], sundays: Sequence[date], *, initiative: str | None = None
    ) -> Mapping[tuple[str, str, date], Proportion]:
        """What was counted of whole initiatives (or one), by metric, initiative and Sunday. Never to be shown."""

    async def releases(self, initiative: str) -> Mapping[tuple[str, str], Release]:
        """What was last shown of each small group of an initiative, by metric and department."""

    async def put_releases(self, initiative: str, releases: Mapping[tuple[str, str], Release | None]) -> None:
        """Keeps what was last shown of small groups, in place of what was known of each; None forgets it."""

    async def alerts(self, initiative: str) -> Mapping[str, Alert]:
        """Where the alerts on its figures stand, by metric."""

    async def put_alert(self, initiative: str, metric: str, alert: Alert, event: AlertEvent | None) -> None:
        """Keeps where an alert stands and what its last week brought about."""

    async def put_changes(self, sunday: date, changes: Sequence[Change]) -> None:
        """Makes these the confirmed changes of that Sunday."""

    async def put_caveats(self, initiative: str, sunday: date, caveats: Sequence[Caveat]) -> None:
        """Makes these what is to be known about an initiative's figures of that Sunday."""

    async def cards(self, room: str) -> Sequence[Card]:
        """The last card of each initiative that each ritual showed a room."""

    async def put_card(self, card: Card) -> None:
        """Keeps that a card was shown."""
