"""What the weekly figures say in a room: one message with the initiatives that have news, never a team or a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from rituals.figures.cards import CardFacts, Verdict, next_step, verdict, verdict_on_amount
from rituals.figures.records import CaveatKind, Metric
from rituals.kpis import Kpi
from rituals.measures.disclosure import Figure, Form, Published, Suppressed
from rituals.measures.statistics import Direction, Tier, percent
from rituals.messages import (
    Amount,
    Bullets,
    Chart,
    Day,
    Divider,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Series,
    Share,
    Text,
    Value,
    say,
)
from rituals.speech import message_kind

MOST_CARDS = 6
"""Initiatives told in full by one message; the others get a line."""

MOST_CHARTS = 2
"""As many as Slack draws in one message."""

MOST_LINES = 30


@message_kind("figures-post")
def adoption_post(
    *, ritual: str, sunday: date, cards: Sequence[CardFacts], others: Sequence[CardFacts], news: int
) -> Message:
    """The weekly message: `cards` in full, the most pressing first, `others` in a line each.

    `news`: how many of the cards have something new to say; the rest are due.
    """
    parts: list[Part] = [Heading(text=say("figures-title", ritual=ritual, sunday=Day(on=sunday)))]
    charts = 0
    for number, facts in enumerate(cards[:MOST_CARDS]):
        if number:
            parts.append(Divider())
        drawn = chart(facts) if charts < MOST_CHARTS else None
        charts += drawn is not None
        parts += _card(facts, drawn)
    lines = [*cards[MOST_CARDS:], *others][:MOST_LINES]
    if lines:
        parts += [
            Divider(),
            Paragraph(text=say("figures-others")),
            Bullets(items=tuple(_line(facts) for facts in lines)),
        ]
    parts.append(Note(text=say("figures-note")))
    return Message(
        kind="figures-post",
        summary=say("figures-summary" if news else "figures-summary-due", ritual=ritual, count=news or len(cards)),
        parts=tuple(parts),
    )


def _card(facts: CardFacts, drawn: Chart | None) -> list[Part]:
    items = [
        *(Paragraph(text=say(f"figures-event-{one.event}-{one.metric}")) for one in facts.told_events),
        *_trend(facts),
        *_habit(facts),
        *_escalation(facts),
        *_satisfaction(facts),
        *_saving(facts),
    ]
    parts: list[Part] = [Paragraph(lead=_title(facts), text=adoption_words(facts.figures.get(Metric.ADOPTION)))]
    if items:
        parts.append(Bullets(items=tuple(items)))
    if drawn is not None:
        parts.append(drawn)
    parts.append(Paragraph(lead=say("figures-next"), text=say(f"figures-next-{next_step(facts).replace('_', '-')}")))
    parts += [Note(text=one) for one in _small_print(facts)]
    return parts


def _line(facts: CardFacts) -> Paragraph:
    return Paragraph(lead=_title(facts), text=adoption_words(facts.figures.get(Metric.ADOPTION)))


def _title(facts: CardFacts) -> Text:
    return say("verbatim", words=facts.title)


# --- adoption ------------------------------------------------------------------------------------------------------


def adoption_words(figure: Figure | None) -> Text:
    """The adoption rate in words, with its n, its window and how it was come by."""
    if figure is None:
        return say("figures-adoption-none")
    if isinstance(figure, Suppressed):
        return say("figures-adoption-suppressed")
    first, last = Day(on=figure.window.first), Day(on=figure.window.last)
    share = Share(figure=figure)
    if figure.tier is Tier.MEASURED:
        return say("figures-adoption-measured", share=share, n=figure.n, first=first, last=last)
    if figure.method == "telemetry_partial":
        return say("figures-adoption-partial", share=share, n=figure.n, first=first, last=last)
    if figure.display.form is Form.WORD:
        return say(f"figures-adoption-{figure.display.word}", n=figure.n, first=first, last=last)
    people = figure.n if figure.N is None else figure.N
    if figure.tier is Tier.INDICATIVE or figure.ci_low is None or figure.ci_high is None:
        return say("figures-adoption-indicative", share=share, people=people, n=figure.n, first=first, last=last)
    return say(
        "figures-adoption-estimated",
        share=share,
        people=people,
        n=figure.n,
        first=first,
        last=last,
        low=_bound(figure.ci_low),
        high=_bound(figure.ci_high),
    )


def _bound(share: float) -> Amount:
    """An end of a published interval, in whole percents."""
    return Amount.of(Fraction(percent(share), 100), "%")


def _trend(facts: CardFacts) -> list[Paragraph]:
    adoption = facts.published(Metric.ADOPTION)
    if adoption is None:
        return []
    found = []
    if facts.change is not None:
        key = "figures-trend-up" if facts.change.direction is Direction.UP else "figures-trend-down"
        text = say(key, before=Share(figure=facts.change.before))
        found.append(Paragraph(lead=say("figures-lead-trend"), text=text))
    elif facts.trend is not None:
        found.append(Paragraph(lead=say("figures-lead-trend"), text=say("figures-trend-flat")))
    kpi = facts.kpis.get(Metric.ADOPTION)
    if kpi is not None and facts.is_too_early and kpi.target is not None:
        text = say("figures-target-early", target=Amount.of(kpi.target, "%"))
    else:
        text = _target_words(kpi, verdict(kpi, adoption))
    found.append(Paragraph(lead=say("figures-lead-target"), text=text))
    return found


def _target_words(kpi: Kpi | None, found: Verdict) -> Text:
    if kpi is None or kpi.target is None:
        return say("figures-target-none")
    return say(f"figures-target-{found}", target=Amount.of(kpi.target, kpi.unit))


def verdict_words(kpi: Kpi | None, found: Verdict) -> Text:
    """The target, and how what is shown stands to it."""
    if kpi is None or kpi.target is None:
        return say("figures-verdict-none")
    target = Amount.of(kpi.target, kpi.unit)
    if found is Verdict.OPEN:
        return say("figures-verdict-open", target=target)
    side = "up" if kpi.direction is Direction.UP else "down"
    return say(f"figures-verdict-{side}-{found}", target=target)


def chart(facts: CardFacts) -> Chart | None:
    """Adoption over twelve Sundays with its target; None with fewer than two points to draw."""
    drawn = [(sunday, figure) for sunday, figure in facts.series if _is_drawn(figure)]
    if len(drawn) < 2:
        return None
    (first_on, first), (last_on, last) = drawn[0], drawn[-1]
    if first is None or last is None:
        return None
    kpi = facts.kpis.get(Metric.ADOPTION)
    target = None if kpi is None or kpi.target is None else Amount.of(kpi.target, "%")
    ends: dict[str, Value] = {
        "title": facts.title,
        "first": Day(on=first_on),
        "last": Day(on=last_on),
        "before": Share(figure=first),
        "now": Share(figure=last),
    }
    return Chart(
        title=say("figures-chart-title", title=facts.title),
        alt=say("figures-chart-alt", **ends)
        if target is None
        else say("figures-chart-alt-target", target=target, **ends),
        labels=tuple(Day(on=sunday) for sunday, _ in facts.series),
        series=(
            Series(
                name=say("figures-chart-adoption"),
                points=tuple(None if figure is None else Share(figure=figure) for _, figure in facts.series),
            ),
        ),
        target=None if target is None else Series(name=say("figures-chart-target"), points=(target,)),
    )


def _is_drawn(figure: Figure | None) -> bool:
    return isinstance(figure, Published) and figure.display.form is Form.PERCENT


# --- the other figures, a line each --------------------------------------------------------------------------------


def _habit(facts: CardFacts) -> list[Paragraph]:
    figure = facts.published(Metric.HABIT)
    if figure is None:
        return []
    key = "figures-habit" if figure.method == "habit" else "figures-habit-short"
    return [Paragraph(lead=say("figures-lead-habit"), text=say(key, share=Share(figure=figure), n=figure.n))]


def _escalation(facts: CardFacts) -> list[Paragraph]:
    figure, kpi = facts.figures.get(Metric.ESCALATION), facts.kpis.get(Metric.ESCALATION)
    if figure is None:
        return []
    lead = say("figures-lead-escalation")
    if isinstance(figure, Suppressed):
        return [Paragraph(lead=lead, text=say("figures-escalation-suppressed"))]
    text = say(
        "figures-escalation-provisional" if figure.provisional else "figures-escalation",
        share=Share(figure=figure),
        n=figure.n,
        verdict=verdict_words(kpi, verdict(kpi, figure)),
    )
    return [Paragraph(lead=lead, text=text)]


def _satisfaction(facts: CardFacts) -> list[Paragraph]:
    figure, kpi = facts.figures.get(Metric.CSAT), facts.kpis.get(Metric.CSAT)
    if figure is None:
        return []
    lead = say("figures-lead-csat")
    if isinstance(figure, Suppressed):
        return [Paragraph(lead=lead, text=say("figures-csat-suppressed"))]
    share, words = Share(figure=figure), verdict_words(kpi, verdict(kpi, figure))
    if figure.display.form is Form.WORD:
        text = say("figures-csat-word", share=share, n=figure.n, verdict=words)
    elif figure.ci_low is None or figure.ci_high is None:
        text = say("figures-csat-plain", share=share, n=figure.n, verdict=words)
    else:
        low, high = _bound(figure.ci_low), _bound(figure.ci_high)
        plain = facts.published(Metric.CSAT_AS_ANSWERED)
        if figure.method == "post_stratified" and plain is not None and plain.as_of == figure.as_of:
            answered = Share(figure=plain)
            key = "figures-csat-weighted"
            text = say(key, share=share, answered=answered, n=figure.n, low=low, high=high, verdict=words)
        else:
            key = "figures-csat-indicative" if figure.display.indicative else "figures-csat"
            text = say(key, share=share, n=figure.n, low=low, high=high, verdict=words)
    return [Paragraph(lead=lead, text=text)]


def _saving(facts: CardFacts) -> list[Paragraph]:
    kpi, reading = facts.kpis.get("saving"), facts.saving
    if reading is None:
        return []
    text = say(
        "figures-saving",
        amount=Amount.of(reading.value, facts.currency if kpi is None else kpi.unit),
        day=Day(on=reading.on),
        verdict=verdict_words(kpi, verdict_on_amount(kpi, reading)),
    )
    return [Paragraph(lead=say("figures-lead-saving"), text=text)]


# --- small print ---------------------------------------------------------------------------------------------------


def _small_print(facts: CardFacts) -> list[Text]:
    found = []
    adoption = facts.published(Metric.ADOPTION)
    if adoption is not None and adoption.carried_forward:
        found.append(say("figures-carried", day=Day(on=adoption.as_of)))
    if adoption is not None and adoption.provisional:
        found.append(say("figures-provisional"))
    for caveat in facts.caveats:
        match caveat.kind:
            case CaveatKind.LATE if caveat.on is not None:
                found.append(say(f"figures-late-{caveat.metric}", day=Day(on=caveat.on)))
            case CaveatKind.COVERAGE if isinstance(caveat.figure, Published):
                found.append(say("figures-coverage", share=Share(figure=caveat.figure)))
            case CaveatKind.RESPONSE if isinstance(caveat.figure, Published):
                found.append(say("figures-response", share=Share(figure=caveat.figure), n=caveat.figure.n))
            case CaveatKind.REVISED if isinstance(caveat.figure, Published) and caveat.on is not None:
                key = f"figures-revised-{caveat.metric}"
                found.append(say(key, day=Day(on=caveat.on), share=Share(figure=caveat.figure)))
            case _:
                pass
    return found
