"""The letter as a pure function of facts: its order, its limits, and when it has nothing new to tell."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.lines import as_lines
from bot.i18n.translator import translator_for
from rituals.digests.facts import (
    Ahead,
    Caveats,
    Changed,
    HeldBack,
    How,
    Kind,
    LetterFacts,
    Overdue,
    Sitting,
    Undecided,
    Untargeted,
)
from rituals.digests.speech import MOST_LINES, Section, is_news, left_for_later, letter, lines_of, shared_out, told_by
from rituals.messages import Bullets, Heading, Message, Moment, Note, Paragraph, say
from rituals.reviews.ladder import Level
from tests.golden.samples_digest import barrier, facts, published

PARIS = ZoneInfo("Europe/Paris")
WHOLE = facts(str)
SITTING = Sitting(ritual="AI committee", at=datetime(2026, 4, 7, 8, tzinfo=UTC))


def write(of: LetterFacts, *, told: Iterable[str] = (), whole: bool = False) -> Message:
    return letter(ritual="AI letter", digest="letter", facts=of, told=frozenset(told), whole=whole)


def read(message: Message, locale: str = "en") -> str:
    return "\n".join(as_lines(message, translator_for(locale, PARIS)))


def headings(message: Message) -> list[str]:
    return [part.text.key for part in message.parts if isinstance(part, Heading)]


def shown(message: Message) -> int:
    return sum(len(part.items) for part in message.parts if isinstance(part, Bullets))


# --- order ---------------------------------------------------------------------------------------------------------


def test_what_needs_a_decision_comes_first_and_doubts_about_figures_last() -> None:
    message = write(WHOLE)
    assert headings(message) == [
        "digest-title",
        *("digest-decisions", "digest-changes", "digest-barriers", "digest-open", "digest-ahead"),
    ]
    order = [part.text.key for part in message.parts if isinstance(part, Heading | Paragraph | Note)]
    assert order.index("digest-ahead") < order.index("digest-stable") < order.index("digest-coverage")


def test_a_part_with_nothing_in_it_is_left_out() -> None:
    assert headings(write(LetterFacts(untargeted=WHOLE.untargeted))) == ["digest-title", "digest-decisions"]


def test_figures_are_told_in_the_order_given_and_never_by_value() -> None:
    better = replace(WHOLE.changed[0], initiative="a", title="Aardvark", figure=published(20, 200))
    worse = replace(WHOLE.changed[0], initiative="b", title="Bittern", figure=published(180, 200))
    for order in ((better, worse), (worse, better)):
        text = read(write(LetterFacts(changed=order)))
        assert (text.index("Aardvark") < text.index("Bittern")) == (order[0] is better)


def test_every_figure_comes_with_its_n_its_window_and_how_sure_it_is() -> None:
    text = read(write(LetterFacts(changed=WHOLE.changed[:1])))
    assert "▲ adoption up: 45% (n = 200, 28 days to Sunday 5 April, measured); 30% before" in text


def test_a_red_kpi_is_told_with_the_day_of_the_review_that_found_it_so() -> None:
    red = replace(WHOLE.reds[1], on=date(2026, 2, 12))
    message = write(LetterFacts(reds=(red,)))
    assert "≈ red at the review of Thursday 12 February: 40%" in read(message)


def test_a_target_is_missed_from_below_or_from_above() -> None:
    for metric, side in (("adoption", "below"), ("escalation", "above")):
        breach = replace(WHOLE.breaches[0], metric=metric)
        assert f", {side} its target of 70%" in " ".join(read(write(LetterFacts(breaches=(breach,)))).split())
        raised = replace(WHOLE.changed[0], metric=metric, how=How.RAISED, before=None)
        assert f"{metric} is {side} its target: 45%" in " ".join(read(write(LetterFacts(changed=(raised,)))).split())


def test_an_alert_told_as_a_change_is_not_told_again_as_open() -> None:
    breach = replace(WHOLE.breaches[0], initiative="triage", metric="escalation", title="Triage of claims")
    message = write(LetterFacts(changed=WHOLE.changed, breaches=(breach,)))
    assert "digest-open" not in headings(message)


# --- what needs a decision -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("undecided", "asked"),
    [
        (Undecided(initiative="i", title="t", sitting=SITTING), True),
        (Undecided(initiative="i", title="t"), False),
        (Undecided(initiative="i", title="t", put_off=1, waited=89), False),
        (Undecided(initiative="i", title="t", put_off=2), True),
        (Undecided(initiative="i", title="t", waited=90), True),
    ],
)
def test_an_initiative_is_asked_about_before_its_sitting_or_when_it_is_stuck(
    undecided: Undecided, *, asked: bool
) -> None:
    assert ("digest-decisions" in headings(write(LetterFacts(undecided=(undecided,)), whole=True))) == asked


def test_an_action_needs_a_decision_from_the_fourth_level_on() -> None:
    late = [
        Overdue(
            action=level.name,
            title="The quality",
            what=level.name,
            owner="Ana",
            due=date(2026, 3, 2),
            days=9,
            level=level,
        )
        for level in (Level.L3, Level.L4, Level.L5)
    ]
    lines = lines_of(LetterFacts(overdue=tuple(late)))
    assert [line.key for line in lines[Section.DECISIONS]] == ["overdue:L4:L4", "overdue:L5:L5"]
    assert [line.key for line in lines[Section.OPEN]] == ["overdue:L3:L3"]


def test_a_kpi_without_target_is_a_decision_that_blocks() -> None:
    assert "nobody has said what is acceptable" in read(write(LetterFacts(untargeted=WHOLE.untargeted)))


# --- limits --------------------------------------------------------------------------------------------------------


def test_no_letter_has_more_than_twelve_lines_and_it_says_how_many_it_leaves_out() -> None:
    many = tuple(Untargeted(kpi=str(n), title=f"KPI {n}") for n in range(40))
    message = write(replace(WHOLE, untargeted=many))
    assert shown(message) == MOST_LINES
    assert "and 40 more" in read(message)
    assert "Decisions needed (44)" in read(message)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_lines_are_shared_out_within_the_room_and_none_is_left_empty(wanted: list[int]) -> None:
    given_ = shared_out(wanted)
    assert sum(given_) == min(sum(wanted), MOST_LINES)
    assert all(0 <= got <= want for got, want in zip(given_, wanted, strict=True))
    assert all(got >= min(want, 2) for got, want in zip(given_, wanted, strict=True))


def test_words_of_doubt_are_few() -> None:
    doubts = WHOLE.caveats.doubts * 10
    message = write(replace(WHOLE, caveats=Caveats(doubts=doubts)))
    assert sum(isinstance(part, Note) and part.text.key.startswith("digest-doubt-") for part in message.parts) == 3
    assert "17 more figures are to be read with care" in read(message)


# --- nothing new ---------------------------------------------------------------------------------------------------


def test_a_letter_with_nothing_to_tell_is_one_line() -> None:
    message = write(LetterFacts(stable=7))
    assert len(message.parts) == 1
    assert read(message) == "AI letter: nothing new."
    assert read(message, "fr") == "AI letter\u00a0: rien de nouveau."


def test_what_was_told_before_is_no_news_but_is_counted_in_the_one_line() -> None:
    message = write(WHOLE, told=told_by(WHOLE))
    assert read(message).replace("\n", " ") == (
        "AI letter: nothing new. 5 decisions are still needed and 4 points still open; /comitia digest shows them."
    )


def test_whoever_asks_reads_the_whole_letter_even_with_nothing_new() -> None:
    assert headings(write(WHOLE, told=told_by(WHOLE), whole=True)) == headings(write(WHOLE))
    assert "Nothing to decide, nothing open" in read(write(LetterFacts(), whole=True))


@pytest.mark.parametrize(
    "more",
    [
        replace(WHOLE, untargeted=(*WHOLE.untargeted, Untargeted(kpi="new", title="New"))),
        replace(WHOLE, undecided=(replace(WHOLE.undecided[2], put_off=3),)),
        replace(WHOLE, overdue=(replace(WHOLE.overdue[1], level=Level.L4),)),
        replace(WHOLE, changed=(replace(WHOLE.changed[0], how=How.DOWN),)),
        replace(WHOLE, ahead=(Ahead(kind=Kind.SITTING, id="next", title="AI committee", on=SITTING.at),)),
    ],
)
def test_anything_more_than_was_told_is_news(more: LetterFacts) -> None:
    assert is_news(more, told_by(WHOLE))
    assert not is_news(more, told_by(more) | told_by(WHOLE))


def test_the_pulse_of_every_week_is_never_news() -> None:
    pulse = Ahead(kind=Kind.PULSE, id="pulse-1", title="Pulse", on=SITTING.at)
    assert not is_news(LetterFacts(ahead=(pulse,)), ())


def test_less_than_was_told_is_no_news() -> None:
    assert not is_news(LetterFacts(), told_by(WHOLE))


# --- what holds people back ----------------------------------------------------------------------------------------


def held_back(*barriers: tuple[int, int, str], initiative: str = "triage") -> HeldBack:
    return HeldBack(
        initiative=initiative, title=f"The case of {initiative}", barriers=tuple(barrier(*one) for one in barriers)
    )


def test_barriers_are_told_in_the_words_of_the_answer_with_how_many_of_how_many() -> None:
    of = LetterFacts(held_back=(held_back((18, 42, "barrier_cpx"), (15, 42, "barrier_exp")),))
    assert (
        "“It is complicated or takes me too long”: 18 of 42 answers, 43% · “It feels like the tool calls my expertise "
        "into question”: 15 of 42 answers, 36% (28 days to Sunday 5 April, estimated; several choices possible)"
    ) in " ".join(read(write(of)).split())
    french = " ".join(read(write(of), "fr").replace("\u00a0", " ").replace("\u202f", " ").split())
    assert "Ce qui freine l’usage (1)" in french
    assert "« Il est compliqué ou me prend trop de temps » : 18 réponses sur 42, 43 %" in french


@pytest.mark.parametrize(
    ("x", "n", "english", "french"),
    [
        (5, 7, "most of 7 answers", "la plupart des 7 réponses"),
        (3, 7, "some of 7 answers", "une partie des 7 réponses"),
        (12, 12, "90% or more of 12 answers", "90 % ou plus des 12 réponses"),
        (5, 12, "5 of 12 answers, 40%", "5 réponses sur 12, 40 %"),
    ],
)
def test_of_few_answers_less_is_told_and_called_indicative(x: int, n: int, english: str, french: str) -> None:
    of = LetterFacts(held_back=(held_back((x, n, "barrier_trn")),))
    assert f"“I haven’t had enough training”: {english} (28 days to" in " ".join(read(write(of)).split())
    assert "indicative" in read(write(of))
    text = " ".join(read(write(of), "fr").replace("\u00a0", " ").replace("\u202f", " ").split())
    assert f"« Je n’ai pas été assez formé·e » : {french} (28 jours" in text


def test_what_holds_people_back_is_told_once_and_no_more_beside_other_news() -> None:
    of = LetterFacts(held_back=(held_back((18, 42, "barrier_cpx")),))
    assert "digest-barriers" in headings(write(of))
    assert read(write(of, told=told_by(of))) == "AI letter: nothing new."
    more = replace(of, untargeted=WHOLE.untargeted)
    assert headings(write(more, told=told_by(of))) == ["digest-title", "digest-decisions"]
    assert "digest-barriers" in headings(write(more, told=told_by(of), whole=True)), "unless they ask for all of it"


def test_what_holds_people_back_and_has_no_room_is_told_by_the_next_letters() -> None:
    many = tuple(held_back((18, 42, "barrier_cpx"), initiative=f"tool{n:02}") for n in range(5))
    of = replace(WHOLE, held_back=many)
    told: frozenset[str] = frozenset()
    found: list[str] = []
    for _ in range(3):
        text = read(write(of, told=told))
        found += [one.initiative for one in many if one.title in text]
        told = told_by(of) - left_for_later(of, told)
    assert found == [one.initiative for one in many]
    assert told == told_by(of)
    assert read(write(of, told=told)).startswith("AI letter: nothing new.")


def test_neither_the_summary_nor_what_is_kept_of_a_letter_tells_what_holds_people_back() -> None:
    for word in ("complicated", "18", "43", "cpx"):
        of = LetterFacts(held_back=(held_back((18, 42, "barrier_cpx")),))
        assert word not in str(write(of).summary)
        assert not any(word in key for key in told_by(of))


# --- what it never says --------------------------------------------------------------------------------------------


def test_a_response_rate_that_may_not_be_shown_is_not_mentioned() -> None:
    few = replace(WHOLE, caveats=Caveats(known=3, seen=9, suppressed=1))
    text = read(write(few))
    assert "have answered" not in text
    assert "identities" not in text
    assert "One group is too small to be shown." in text


@pytest.mark.parametrize(("count", "told"), [(1, "A few people"), (4, "A few people"), (5, "5 people")])
def test_how_many_are_left_out_is_told_from_five_on(count: int, told: str) -> None:
    assert f"{told} are left out at their own request." in read(write(replace(WHOLE, caveats=Caveats(objected=count))))


def test_nothing_is_said_to_have_caused_anything() -> None:
    for locale in ("en", "fr"):
        text = read(write(WHOLE), locale).casefold()
        assert not any(
            word in text for word in ("because", "thanks to", "due to", "grâce à", "à cause de", "parce que")
        )


def test_a_change_needs_a_figure_that_was_published() -> None:
    names = {field: kind for field, kind in Changed.__annotations__.items() if field in {"figure", "before"}}
    assert names == {"figure": "Published", "before": "Published | None"}


def test_an_action_is_told_with_its_kpi_before_what_is_to_be_done() -> None:
    late = Overdue(
        action="a", title="Quality", what="Meet both teams", owner="Ana", due=date(2026, 3, 2), days=9, level=Level.L3
    )
    soon = Ahead(kind=Kind.ACTION, id="b", title="Delay", what="Meet both teams", on=date(2026, 4, 10))
    lines = lines_of(LetterFacts(overdue=(late,), ahead=(soon,)))
    said = [(line.words.lead, str(line.words.text)) for part in lines.values() for line in part]
    assert [lead for lead, _ in said] == [say("verbatim", words="Quality"), say("verbatim", words="Delay")]
    assert all("Meet both teams" in text for _, text in said)


@pytest.mark.parametrize("kind", [Kind.SITTING, Kind.REVIEW, Kind.PULSE])
def test_a_ritual_is_named_by_its_title_alone_which_says_what_it_is(kind: Kind) -> None:
    soon = Ahead(kind=kind, id="a", title="AI tools pulse", on=SITTING.at)
    (line,) = lines_of(LetterFacts(ahead=(soon,)))[Section.AHEAD]
    assert line.words.lead == say("verbatim", words="AI tools pulse")
    assert line.words.text == say("digest-ahead-ritual", at=Moment(at=SITTING.at))
