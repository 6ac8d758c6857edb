"""The weekly figures of one initiative: what is counted up to each Sunday, judged, and published once and for all.

Adoption comes from telemetry where it knows 95 % of the identities it names (tier A), from pulses otherwise: estimated
(C), or bounds only where too few answered (D). Those are the interval's, and hold where those who answered are like the
others, which is said beside them: bounds that hold whatever the silent would have said (`worst_case`) lie four fifths
apart or more where less than a fifth answered, and would tell nobody anything. There is no tier B: to calibrate one by
the other each answer would have to be joined to its person, which sealed replies make impossible on purpose. Telemetry
that knows fewer, and no pulse beside it, is published as an indication, with its coverage as a caveat.

Adoption by telemetry is published by department too, in one fixed partition; everything else only as a whole. A figure
is restated of the very same people only, so that no two versions can be subtracted. What holds people back is told of
four weeks that share no day with any told before: of every answer once, so that there is nothing to subtract.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from math import floor

from rituals.figures.barriers import BARRIERS
from rituals.figures.records import Caveat, CaveatKind, Count, Metric, Record
from rituals.measures.adoption import (
    HABIT_WEEKS,
    SHORT_HABIT_WEEKS,
    Habit,
    History,
    Snapshot,
    departments,
    habit_of,
    one_each,
    snapshot,
)
from rituals.measures.disclosure import (
    SOME,
    Basis,
    Counted,
    Figure,
    Ledger,
    Published,
    Release,
    Suppressed,
    Thresholds,
    publish,
    publish_partition,
    released,
)
from rituals.measures.escalation import Conversations
from rituals.measures.estimation import tier
from rituals.measures.satisfaction import Response
from rituals.measures.statistics import (
    Direction,
    PostStratified,
    Proportion,
    Stratum,
    Tier,
    Window,
    is_restated,
    may_correct,
    post_stratify,
    wilson,
)
from rituals.pulses.questions import BAR, SAT1, USE1, Question, barrier_shares, reported_use, scores
from rituals.pulses.waves import PlainAnswer, WaveCount

WEEK = timedelta(weeks=1)
SHOWN_WEEKS = 12
"""Sundays a chart shows, and that are caught up with where nothing was published."""

RESTATED_WEEKS = 4
"""Sundays before the last one that are looked at again: what comes in late may belong to them."""

FAIR = 30
"""Answers from which satisfaction is shown to the point, and weighed by department."""

UNLIKE = Fraction(2, 100)
"""How far a weighed share may lie from the answers as they came and still be told as they came."""

NOWHERE = "—"
"""The department of those who are in none."""

_BLOCK = 4
"""Weeks of which a pool of waves is made."""

_CLOSED_BY = timedelta(days=2)
"""A source that has told of the Friday has told of the week: nobody need have worked on Saturday and Sunday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of one initiative when its figures are reckoned.

    `histories`: up to the last Sunday reckoned, empty without telemetry. `identities`: by Sunday, those in the usage of
    its window that are people we know, and all of them. `usage_until`, `conversations_until`: the last day each source
    has told of; None without one. `usage_from`, `conversations_from`: the first day each can be relied on from, since
    it had told nothing before; the beginning of time where it tells of all.
    """

    initiative: str
    live_since: date
    histories: Sequence[History] = ()
    identities: Mapping[date, tuple[int, int]] = field(default_factory=dict)
    usage_from: date = date.min
    usage_until: date | None = None
    conversations: Sequence[tuple[date, Conversations]] = ()
    conversations_from: date = date.min
    conversations_until: date | None = None
    answers: Sequence[PlainAnswer] = ()
    waves: Sequence[WaveCount] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was published of it before: records and counts of the Sundays looked at, and releases of small groups.

    `last`: by metric, the last Sunday anything was published for. `barriers_told`: whether what holds people back was
    told for a Sunday, be it a later one, whose four weeks share days with those reckoned.
    """

    records: Sequence[Record] = ()
    counts: Mapping[tuple[str, date], Proportion] = field(default_factory=dict)
    releases: Mapping[tuple[str, str], Release] = field(default_factory=dict)
    last: Mapping[str, date] = field(default_factory=dict)
    barriers_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What a reckoning comes to. `releases`: by metric and part, what was shown of small groups; None of large ones."""

    records: tuple[Record, ...]
    counts: tuple[Count, ...]
    releases: Mapping[tuple[str, str], Release | None]
    caveats: tuple[Caveat, ...]


def overlapping(until: date) -> list[date]:
    """The Sundays whose four weeks share days with those of `until`, itself included, oldest first."""
    return [until + WEEK * away for away in range(1 - _BLOCK, _BLOCK)]


def looked_at(until: date) -> list[date]:
    """The Sundays that a reckoning up to `until` may publish or restate, oldest first."""
    return [until - WEEK * back for back in reversed(range(SHOWN_WEEKS))]


def reckon(known: Known, kept: Kept, *, until: date, thresholds: Thresholds) -> Reckoned:
    """All figures of an initiative for the Sunday `until`, for those before it that were missed, and those restated."""
    run = _Run(known=known, kept=kept, until=until, thresholds=thresholds)
    run.usage()
    run.pulses()
    run.conversations()
    return Reckoned(
        records=tuple(run.records), counts=tuple(run.counts), releases=run.releases, caveats=tuple(run.caveats)
    )


def is_complete(until: date | None, sunday: date) -> bool:
    """Whether a source that told of `until` last has told of the week that ends on `sunday`."""
    return until is not None and until >= sunday - _CLOSED_BY


def _has_begun(until: date | None, sunday: date) -> bool:
    return until is not None and until > sunday - WEEK


def _is_covered(since: date, window: Window) -> bool:
    """Whether a source knows of the whole of `window`: what it has not told of is not what did not happen."""
    return since <= window.first


@dataclass(slots=True, kw_only=True)
class _Run:
    """One reckoning under way."""

    known: Known
    kept: Kept
    until: date
    thresholds: Thresholds
    records: list[Record] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    releases: dict[tuple[str, str], Release | None] = field(default_factory=dict)
    caveats: list[Caveat] = field(default_factory=list)

    # --- which Sundays ---

    def _missed(self, metric: Metric) -> list[date]:
        """Sundays after the last one published, since the tool was opened."""
        after = max(self.kept.last.get(metric, date.min), self.known.live_since)
        return [sunday for sunday in looked_at(self.until) if sunday > after]

    def _before(self, metric: Metric, sunday: date) -> dict[str, Record]:
        """What was published for a Sunday, by department."""
        return {one.department: one for one in self.kept.records if one.metric == metric and one.sunday == sunday}

    def _again(self, metric: Metric) -> list[date]:
        """Published Sundays that may be restated."""
        first = self.until - WEEK * RESTATED_WEEKS
        told = {one.sunday for one in self.kept.records if one.metric == metric and first <= one.sunday <= self.until}
        return sorted(told)

    def _is_restated(self, metric: Metric, sunday: date, now: Proportion, *, provisional: bool) -> bool | None:
        """Whether a published figure moved by a point or more; None where it stands as it is."""
        record, before = self._before(metric, sunday).get(""), self.kept.counts.get((metric, sunday))
        if record is None or before is None:
            return None
        if is_restated(before, now):
            return True
        was = isinstance(record.figure, Published) and record.figure.provisional
        return record.revised if was and not provisional else None

    def _caveat(
        self, kind: CaveatKind, metric: Metric, *, figure: Figure | None = None, on: date | None = None
    ) -> None:
        self.caveats.append(
            Caveat(
                kind=kind,
                initiative=self.known.initiative,
                sunday=self.until,
                metric=metric,
                figure=figure,
                on=on,
            )
        )

    def _keep(
        self,
        counted: Counted,
        figure: Figure,
        *,
        department: str = "",
        population: str = "",
        revised: bool = False,
    ) -> None:
        sunday = counted.as_of
        self.records.append(
            Record(
                metric=counted.metric,
                initiative=self.known.initiative,
                department=department,
                sunday=sunday,
                figure=figure,
                population=population,
                revised=revised,
            )
        )
        self._count(counted.metric, sunday, Proportion(x=counted.x, n=counted.n), department)
        if revised and not department and counted.metric in _RESTATED and isinstance(figure, Published):
            self._caveat(CaveatKind.REVISED, Metric(counted.metric), figure=figure, on=sunday)

    def _count(self, metric: str, sunday: date, counted: Proportion, department: str = "") -> None:
        self.counts.append(
            Count(
                metric=metric,
                initiative=self.known.initiative,
                department=department,
                sunday=sunday,
                counted=counted,
            )
        )

    def _late(self, metric: Metric, source_until: date | None) -> None:
        if source_until is not None and not is_complete(source_until, self.until):
            self._caveat(CaveatKind.LATE, metric, on=source_until)

    # --- telemetry ---

    def usage(self) -> None:
        """Adoption and what goes with it, by department; habits."""
        until = self.known.usage_until
        if until is None:
            return
        self._late(Metric.ADOPTION, until)
        people = one_each(self.known.histories)
        first = min((day for day in (one.first_used() for one in people) if day is not None), default=None)
        if first is None:
            return
        for sunday in self._again(Metric.ADOPTION):
            self._restate(people, sunday)
        for sunday in self._missed(Metric.ADOPTION):
            covered = _is_covered(self.known.usage_from, Window.ending(sunday))
            if covered and sunday >= first and _has_begun(until, sunday) and self._is_by_usage(sunday):
                self._states(people, sunday)
        for sunday in self._missed(Metric.HABIT):
            if sunday >= first and _has_begun(until, sunday) and self._is_measured(sunday):
                self._habits(people, sunday)
        matched, everybody = self.known.identities.get(self.until, (0, 0))
        if everybody and 100 * matched < 95 * everybody:
            window = Window.ending(self.until)
            figure, _ = publish(
                Counted(
                    metric=Metric.COVERAGE,
                    x=matched,
                    n=everybody,
                    N=None,
                    method="identities",
                    window=window,
                    as_of=self.until,
                    tier=Tier.MEASURED,
                    basis=Basis.TELEMETRY,
                    members=None,
                ),
                thresholds=self.thresholds,
                ledger=Ledger(),
            )
            self._caveat(CaveatKind.COVERAGE, Metric.ADOPTION, figure=figure)

    def _is_measured(self, sunday: date) -> bool:
        matched, everybody = self.known.identities.get(sunday, (0, 0))
        return not everybody or (
            tier(matched=matched, people=everybody, every_surface=True, joined=False) is Tier.MEASURED
        )

    def _is_by_usage(self, sunday: date) -> bool:
        """Whether telemetry is the better source: it is measured, or no pulse gives more than an indication."""
        if self._is_measured(sunday):
            return True
        pool = self._pool(sunday)
        return pool is None or pool.tier is not Tier.ESTIMATED

    def _states(self, people: Sequence[History], sunday: date) -> None:
        whole = snapshot(people, Window.ending(sunday))
        if not whole.eligible:
            return
        last = {part: release for (of, part), release in self._releases().items() if of == Metric.ADOPTION}
        self._publish_states(
            whole, _parts(whole, people), measured=self._is_measured(sunday), last=last, revised=False, remember=True
        )

    def _restate(self, people: Sequence[History], sunday: date) -> None:
        before = self._before(Metric.ADOPTION, sunday)
        told = before[""]
        if not told.population or not _has_begun(self.known.usage_until, sunday):
            return
        if not _is_covered(self.known.usage_from, Window.ending(sunday)):
            return
        whole = snapshot(people, Window.ending(sunday))
        parts = _parts(whole, people)
        if _digest(parts) != told.population:
            return
        provisional = not is_complete(self.known.usage_until, sunday)
        revised = self._is_restated(Metric.ADOPTION, sunday, whole.adoption, provisional=provisional)
        if revised is None:
            return
        # What was carried forward then is carried forward still: it was told of other people.
        last = {
            part: Release(figure=record.figure, members=_members(whole, parts, part) | {"somebody else"})
            for part, record in before.items()
            if isinstance(record.figure, Published) and record.figure.carried_forward
        }
        measured = not isinstance(told.figure, Published) or told.figure.tier is Tier.MEASURED
        self._publish_states(whole, parts, measured=measured, last=last, revised=revised, remember=False)

    def _publish_states(
        self,
        whole: Snapshot,
        parts: Mapping[str, Snapshot],
        *,
        measured: bool,
        last: Mapping[str, Release],
        revised: bool,
        remember: bool,
    ) -> None:
        """Adoption by department; who never used it and who no longer does, of all together.

        By department those three would make a table whose small cells could be solved for; of fewer than SOME people
        even the whole of it could.
        """
        sunday = whole.window.last

        def counted(of: Snapshot, metric: Metric, picked: frozenset[str]) -> Counted:
            return Counted(
                metric=metric,
                x=len(picked),
                n=len(of.eligible),
                N=len(of.eligible),
                method="telemetry" if measured else "telemetry_partial",
                window=of.window,
                as_of=sunday,
                tier=Tier.MEASURED if measured else Tier.INDICATIVE,
                basis=Basis.TELEMETRY,
                members=of.eligible,
                provisional=not is_complete(self.known.usage_until, sunday),
                direction=metric.better,
            )

        population = _digest(parts)
        self._publish_parts(
            counted(whole, Metric.ADOPTION, whole.active),
            {part: counted(of, Metric.ADOPTION, of.active) for part, of in parts.items() if of.eligible},
            last=last,
            population=population,
            revised=revised,
            remember=remember,
        )
        for metric, picked in ((Metric.NEVER, whole.never), (Metric.DORMANT, whole.dormant)):
            state = counted(whole, metric, picked)
            figure: Figure = Suppressed(kind="complementary")
            if state.size >= SOME or state.size < self.thresholds.telemetry:
                figure, _ = publish(state, thresholds=self.thresholds, ledger=Ledger())
            self._keep(state, figure, population=population, revised=revised)

    def _publish_parts(
        self,
        whole: Counted,
        parts: Mapping[str, Counted],
        *,
        last: Mapping[str, Release],
        population: str,
        revised: bool,
        remember: bool,
    ) -> None:
        """Publishes a whole with its parts; below SOME people only the whole, whose parts could only be guessed at."""
        figures: dict[str, Figure] = {}
        if whole.size < SOME:
            figures[""], _ = publish(whole, thresholds=self.thresholds, ledger=Ledger(), last=last.get(""))
            k = self.thresholds.of(whole.basis)
            for part, counted in parts.items():
                figures[part] = Suppressed(kind="primary" if counted.size < k else "complementary")
        else:
            partition, _ = publish_partition(whole, parts, thresholds=self.thresholds, ledger=Ledger(), last=last)
            figures |= {"": partition.parent, **partition.children}
        for part, counted in {"": whole, **parts}.items():
            figure = figures[part]
            self._keep(counted, figure, department=part, population=population, revised=revised)
            if remember:
                self._remember(counted, part, figure)

    def _remember(self, counted: Counted, part: str, figure: Figure) -> None:
        if isinstance(figure, Published) and not figure.carried_forward:
            self.releases[counted.metric, part] = released(counted, figure)

    def _releases(self) -> dict[tuple[str, str], Release]:
        """What was last shown of small groups, this run's Sundays included."""
        found = {**self.kept.releases, **self.releases}
        return {key: release for key, release in found.items() if release is not None}

    def _habits(self, people: Sequence[History], sunday: date) -> None:
        """How many are regular users, of all together: beside adoption by department it would say too much of few.

        Weeks that the source does not know are no weeks without use: like a younger tool, one that is known for less
        than twelve weeks is judged by four, and by nothing before.
        """
        since = max(self.known.live_since, self.known.usage_from)
        eligible = snapshot(people, Window.ending(sunday)).eligible
        habits: dict[str, Habit] = {}
        for one in people:
            if one.person in eligible:
                habit = habit_of(one, as_of=sunday, live_since=since)
                if habit is not None and habit.habitual is not None:
                    habits[one.person] = habit
        if not habits:
            return
        method = next(iter(habits.values())).method
        counted = Counted(
            metric=Metric.HABIT,
            x=sum(bool(habit.habitual) for habit in habits.values()),
            n=len(habits),
            N=len(habits),
            method=method,
            window=Window.ending(sunday, 7 * (HABIT_WEEKS if method == "habit" else SHORT_HABIT_WEEKS)),
            as_of=sunday,
            tier=Tier.MEASURED,
            basis=Basis.TELEMETRY,
            members=frozenset(habits),
            provisional=not is_complete(self.known.usage_until, sunday),
        )
        last = self._releases().get((Metric.HABIT, ""))
        figure, _ = publish(counted, thresholds=self.thresholds, ledger=Ledger(), last=last)
        self._keep(counted, figure)
        self._remember(counted, "", figure)

    # --- pulses ---

    def _closed(self, sunday: date) -> dict[str, WaveCount]:
        """The waves that closed in the four weeks up to a Sunday."""
        window = Window.ending(sunday)
        return {one.wave: one for one in self.known.waves if one.closed_on in window}

    def _said(self, sunday: date) -> list[PlainAnswer]:
        closed = self._closed(sunday)
        return [one for one in self.known.answers if one.wave in closed]

    def _pool(self, sunday: date) -> Counted | None:
        """Adoption by what people say of the four weeks up to a Sunday; None where nobody said anything."""
        estimate = self._estimate(sunday)
        return None if estimate is None else estimate[0]

    def _estimate(self, sunday: date) -> tuple[Counted, Proportion] | None:
        """The same, with the simple sample it is worth."""
        waves, answers = self._closed(sunday), self._said(sunday)
        if not answers:
            return None
        newest = max(waves.values(), key=lambda one: (one.closed_on, one.wave))
        response = _response(waves.values())
        use = _active(answers)
        strata = _strata(newest, answers, _active)
        estimate = post_stratify(
            strata,
            finite=may_correct(randomised=True, complete=response.complete, invited=response.rr1.n),
        )
        worth = max(1, floor(min(estimate.n_eff, use.n)))
        counted = Counted(
            metric=Metric.ADOPTION,
            x=use.x,
            n=use.n,
            N=sum(stratum.population for stratum in strata),
            method="post_stratified",
            window=Window.ending(sunday),
            as_of=sunday,
            tier=tier(
                matched=0,
                people=0,
                every_surface=False,
                joined=False,
                answers=use.n,
                invited=response.rr1.n,
            ),
            basis=Basis.ANSWERS,
            members=None,
            share=estimate.share,
            interval=estimate.interval,
        )
        return counted, Proportion(x=round(estimate.share * worth), n=worth)

    def pulses(self) -> None:
        """Satisfaction, the response rate, and adoption where no telemetry tells of it."""
        by_usage = {
            one.sunday
            for one in (*self.records, *self.kept.records)
            if one.metric == Metric.ADOPTION and one.population
        }
        for sunday in self._missed(Metric.ADOPTION):
            if sunday not in by_usage:
                self._publish_pooled(Metric.ADOPTION, sunday, self._pool, self._answered)
        for sunday in self._missed(Metric.CSAT):
            self._publish_satisfaction(sunday)
        self._publish_barriers()
        for sunday in self._missed(Metric.RESPONSE_RATE):
            self._publish_pooled(Metric.RESPONSE_RATE, sunday, self._heard, self._asked)
        rate = self._heard(self.until)
        if rate is not None and rate.n and 5 * rate.x < rate.n:
            figure, _ = publish(rate, thresholds=self.thresholds, ledger=Ledger())
            self._caveat(CaveatKind.RESPONSE, Metric.RESPONSE_RATE, figure=figure)

    def _publish_pooled(
        self,
        metric: Metric,
        sunday: date,
        count: Callable[[date], Counted | None],
        size: Callable[[WaveCount], int],
    ) -> bool:
        """Publishes what waves of four weeks say together, unless too few have come or gone since the last time (R4).

        Pools of successive weeks share waves: their difference tells of the waves that they do not share.
        Whether it did.
        """
        counted = count(sunday)
        if counted is None or not counted.n:
            return False
        told = [one.sunday for one in self.records if one.metric == metric and not one.department]
        last = max([*told, *(day for of, day in self.kept.last.items() if of == metric)], default=None)
        if last is not None:
            k = self.thresholds.of(counted.basis)
            now, then = self._closed(sunday), self._closed(last)
            come = sum(size(wave) for name, wave in now.items() if name not in then)
            gone = sum(size(wave) for name, wave in then.items() if name not in now)
            if 0 < come < k or 0 < gone < k:
                return False
        figure, _ = publish(counted, thresholds=self.thresholds, ledger=Ledger())
        self._keep(counted, figure)
        if metric is Metric.ADOPTION and (estimate := self._estimate(sunday)) is not None:
            self._count(Metric.ADOPTION_EFFECTIVE, sunday, estimate[1])
        return True

    def _answered(self, wave: WaveCount) -> int:
        return sum(one.wave == wave.wave and one.question == USE1.code for one in self.known.answers)

    def _scored(self, wave: WaveCount) -> int:
        said = _said_to(SAT1, (one for one in self.known.answers if one.wave == wave.wave))
        return sum(one.isdecimal() for one in said)

    def _asked(self, wave: WaveCount) -> int:
        return wave.invited - wave.left

    def _csat(self, sunday: date) -> Counted | None:
        """Satisfaction; where some departments answer more than others, each weighs what its people do."""
        plain = self._csat_as_answered(sunday)
        if plain is None or plain.n < FAIR:
            return plain
        estimate = self._csat_weighted(sunday)
        if abs(estimate.share - plain.value) <= UNLIKE:
            return plain
        return replace(plain, method="post_stratified", share=estimate.share, interval=estimate.interval)

    def _csat_weighted(self, sunday: date) -> PostStratified:
        newest = max(self._closed(sunday).values(), key=lambda one: (one.closed_on, one.wave))
        return post_stratify(_strata(newest, self._said(sunday), _satisfied), finite=False)

    def _csat_as_answered(self, sunday: date) -> Counted | None:
        csat = _satisfied(self._said(sunday))
        if not csat.n:
            return None
        return Counted(
            metric=Metric.CSAT,
            x=csat.x,
            n=csat.n,
            N=None,
            method="answers",
            window=Window.ending(sunday),
            as_of=sunday,
            tier=Tier.ESTIMATED,
            basis=Basis.ANSWERS,
            members=None,
            interval=wilson(csat),
        )

    def _publish_satisfaction(self, sunday: date) -> None:
        """Satisfaction, with the answers as they came beside it where weighing them makes a difference."""
        if not self._publish_pooled(Metric.CSAT, sunday, self._csat, self._scored):
            return
        weighted, plain = self._csat(sunday), self._csat_as_answered(sunday)
        if plain is not None and weighted is not None and weighted.share is not None:
            worth = max(1, floor(min(self._csat_weighted(sunday).n_eff, plain.n)))
            self._count(Metric.CSAT_EFFECTIVE, sunday, Proportion(x=round(weighted.value * worth), n=worth))
            plain = replace(plain, metric=Metric.CSAT_AS_ANSWERED)
            self._keep(plain, publish(plain, thresholds=self.thresholds, ledger=Ledger())[0])

    def _publish_barriers(self) -> None:
        """What holds people back, each answer once: blocks of four weeks that share none (R4).

        Only of the last Sunday: one caught up with might share waves with what was told since. What may not be shown
        leaves no trace, nor do counts, which nothing is compared with.
        """
        if self.kept.barriers_told or self.until <= self.known.live_since:
            return
        said = [one.codes for one in self._said(self.until) if one.question == BAR.code]
        if not said:
            return
        shares = barrier_shares(said)
        for metric, option in BARRIERS.items():
            share = shares[option.code]
            counted = Counted(
                metric=metric,
                x=share.x,
                n=share.n,
                N=None,
                method="answers",
                window=Window.ending(self.until),
                as_of=self.until,
                tier=Tier.ESTIMATED,
                basis=Basis.ANSWERS,
                members=None,
                direction=Direction.DOWN,
                interval=wilson(share),
            )
            fewest = max(self.thresholds.answers, option.fewest or 0)
            figure, _ = publish(counted, thresholds=replace(self.thresholds, answers=fewest), ledger=Ledger())
            if isinstance(figure, Published):
                self.records.append(
                    Record(metric=metric, initiative=self.known.initiative, sunday=self.until, figure=figure)
                )

    def _heard(self, sunday: date) -> Counted | None:
        waves = self._closed(sunday)
        if not waves:
            return None
        rate = _response(waves.values()).rr1
        return Counted(
            metric=Metric.RESPONSE_RATE,
            x=rate.x,
            n=rate.n,
            N=None,
            method="rr1",
            window=Window.ending(sunday),
            as_of=sunday,
            tier=Tier.MEASURED,
            basis=Basis.INVITATIONS,
            members=None,
        )

    # --- conversations ---

    def conversations(self) -> None:
        """Escalation over four weeks, and of each week for the alerts."""
        until = self.known.conversations_until
        if until is None:
            return
        self._late(Metric.ESCALATION, until)
        for sunday in self._again(Metric.ESCALATION):
            counted = self._escalated(sunday)
            if counted is None:
                continue
            now = Proportion(x=counted.x, n=counted.n)
            revised = self._is_restated(Metric.ESCALATION, sunday, now, provisional=counted.provisional)
            if revised is not None:
                self._publish_escalation(counted, revised=revised)
        for sunday in self._missed(Metric.ESCALATION):
            if _has_begun(until, sunday) and (counted := self._escalated(sunday)) is not None:
                self._publish_escalation(counted, revised=False)

    def _escalated(self, sunday: date) -> Counted | None:
        if not _is_covered(self.known.conversations_from, Window.ending(sunday)):
            return None
        rate = self._sessions(Window.ending(sunday))
        if not rate.n:
            return None
        return Counted(
            metric=Metric.ESCALATION,
            x=rate.x,
            n=rate.n,
            N=None,
            method="sessions",
            window=Window.ending(sunday),
            as_of=sunday,
            tier=Tier.MEASURED,
            basis=Basis.TELEMETRY,
            members=None,
            provisional=not is_complete(self.known.conversations_until, sunday),
            direction=Direction.DOWN,
        )

    def _publish_escalation(self, counted: Counted, *, revised: bool) -> None:
        figure, _ = publish(counted, thresholds=self.thresholds, ledger=Ledger())
        self._keep(counted, figure, revised=revised)
        self._count(Metric.ESCALATION_WEEK, counted.as_of, self._sessions(Window.ending(counted.as_of, 7)))

    def _sessions(self, window: Window) -> Proportion:
        rates = [told.escalation_rate for day, told in self.known.conversations if day in window]
        return Proportion(x=sum(rate.x for rate in rates), n=sum(rate.n for rate in rates))


_RESTATED = frozenset({Metric.ADOPTION, Metric.ESCALATION})
"""The figures of which readers hear that they were restated."""


def _parts(whole: Snapshot, people: Sequence[History]) -> dict[str, Snapshot]:
    return {department or NOWHERE: of for department, of in departments(whole, people).items()}


def _members(whole: Snapshot, parts: Mapping[str, Snapshot], part: str) -> frozenset[str]:
    return whole.eligible if not part else parts[part].eligible if part in parts else frozenset()


def _digest(parts: Mapping[str, Snapshot]) -> str:
    """A digest of who was counted where."""
    told = sha256()
    for part in sorted(parts):
        if parts[part].eligible:
            told.update(f"{part}\x00{chr(0).join(sorted(parts[part].eligible))}\x01".encode())
    return told.hexdigest()[:32]


def _satisfied(answers: Iterable[PlainAnswer]) -> Proportion:
    return scores(SAT1, _said_to(SAT1, answers)).csat


def _active(answers: Iterable[PlainAnswer]) -> Proportion:
    return reported_use(_said_to(USE1, answers)).adoption


def _said_to(question: Question, answers: Iterable[PlainAnswer]) -> list[str]:
    """What was said to a question to which there is one answer."""
    return [one.codes[0] for one in answers if one.question == question.code]


def _strata(
    newest: WaveCount, answers: Iterable[PlainAnswer], count: Callable[[Sequence[PlainAnswer]], Proportion]
) -> list[Stratum]:
    """What was counted among the answers of each stratum, and how many people it stands for in the newest wave."""
    by_stratum: dict[str, list[PlainAnswer]] = {}
    for one in answers:
        by_stratum.setdefault(one.stratum if one.stratum in newest.population else "", []).append(one)
    strata = []
    for name in sorted({*newest.population, *by_stratum}):
        told = count(by_stratum.get(name, ()))
        # Who left since may still have been heard: a stratum is never smaller than its answers.
        people = max(newest.population.get(name, 0), told.n)
        strata.append(Stratum(name=name, population=people, n=told.n, x=told.x))
    return strata


def _response(waves: Collection[WaveCount]) -> Response:
    return Response(
        invited=sum(one.invited for one in waves),
        ineligible=sum(one.left for one in waves),
        complete=sum(one.answered for one in waves),
    )
