"""What Teams is given: cards that parse nothing people wrote, within its limits, and forms that bring answers back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n.translator import translator_for
from bot.platforms.extents import MessageTooLong
from bot.platforms.teams import questions, render
from bot.platforms.teams.elements import size_of
from rituals.messages import (
    Amount,
    Bullets,
    Choice,
    Choices,
    Confirm,
    Divider,
    Emphasis,
    Form,
    Heading,
    Inputs,
    Message,
    Meter,
    Note,
    Option,
    Paragraph,
    Part,
    Picks,
    Quote,
    Scale,
    Several,
    Text,
    Words,
    say,
)
from tests.bot.test_charts import chart, euros
from tests.golden.drawing import card_faults, objects
from tests.golden.samples import share

ENGLISH = translator_for("en", ZoneInfo("Europe/Paris"))
CLOSE = say("renderer-close")


def person(words: str) -> Text:
    return say("renderer-chosen", label=words)


def message(*parts: Part, summary: Text = CLOSE) -> Message:
    return Message(kind="demo", summary=summary, parts=parts)


def drawn(*parts: Part) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = render.card(render.message(message(*parts), ENGLISH))["body"]
    return body


def button(**given: Any) -> dict[str, Any]:
    choice = Choice(**{"action": "vote", "value": "1:go", "label": CLOSE, **given})
    action: dict[str, Any] = drawn(Choices(group="g", choices=(choice,)))[0]["actions"][0]
    return action


def form(*fields: Scale | Words, **given: Any) -> dict[str, Any]:
    return render.form(Form(kind="k", subject="s", title=CLOSE, submit=CLOSE, fields=fields), ENGLISH, **given)


# --- messages ------------------------------------------------------------------------------------------------------


def test_a_message_is_one_card_with_its_summary() -> None:
    said = render.message(message(Paragraph(text=CLOSE), summary=person("<b>Ana</b>")), ENGLISH)
    assert (said["type"], said["summary"]) == ("message", "✓ <b>Ana</b>")
    assert [each["contentType"] for each in said["attachments"]] == ["application/vnd.microsoft.card.adaptive"]
    assert "text" not in said


def test_a_home_is_a_message_and_a_sentence_is_a_card() -> None:
    said = message(Paragraph(text=CLOSE))
    assert render.home(said, ENGLISH) == render.message(said, ENGLISH)
    assert render.card(render.sentence(person("*x*"), ENGLISH))["body"][0]["inlines"][0]["text"] == "✓ *x*"


def test_a_heading_in_our_own_words_tells_screen_readers_that_it_is_one() -> None:
    first, second = drawn(Heading(text=CLOSE), Heading(text=say("renderer-chosen", label=CLOSE)))
    assert (first["type"], first["style"], first["size"]) == ("TextBlock", "heading", "Large")
    assert (second["type"], second["size"]) == ("TextBlock", "Medium")


@pytest.mark.parametrize("people", ["Ana", Several(items=("Ana",)), say("renderer-chosen", label="Ana")])
def test_a_heading_that_holds_what_people_wrote_is_never_parsed(people: str | Several | Text) -> None:
    assert drawn(Heading(text=say("renderer-chosen", label=people)))[0]["type"] == "RichTextBlock"


def test_the_functions_of_a_card_are_letters_in_what_people_write() -> None:
    text = drawn(Paragraph(text=person("{{DATE(2026-01-06T10:00:00Z)}}")))[0]["inlines"][0]["text"]
    assert "{{" not in text
    assert text.replace("\u2060", "") == "✓ {{DATE(2026-01-06T10:00:00Z)}}"


def test_a_divider_is_the_upper_edge_of_what_follows() -> None:
    body = drawn(Divider(), Paragraph(text=CLOSE), Divider(), Divider(), Quote(text="a", by=CLOSE), Divider())
    assert ["separator" in each for each in body] == [False, True]


def test_each_line_of_a_quote_is_a_block() -> None:
    quote = drawn(Quote(text="a\n\nb\nc", by=CLOSE))[0]["items"]
    assert [each["inlines"][0]["text"] for each in quote] == ["a", "b", "c", "Close"]
    assert [each["spacing"] for each in quote] == ["None", "Small", "None", "Small"]
    assert drawn(Quote(text="", by=CLOSE))[0]["items"][0]["inlines"][0]["text"] == "…"


def test_a_meter_says_its_words_before_it_is_drawn() -> None:
    assert drawn(Meter(label=CLOSE, done=1, whole=2))[0]["inlines"][0]["text"] == "Close  █░"


def test_long_lists_and_quotes_end_with_how_many_are_not_shown() -> None:
    body = drawn(Bullets(items=tuple(Paragraph(text=person(str(n))) for n in range(50))))
    assert len(body) == 40
    assert body[-1]["inlines"][1]["text"] == "and 11 more"
    body = drawn(*[Quote(text=f"{n}", by=CLOSE) for n in range(30)])
    assert body[-1]["inlines"][0]["text"] == "and 10 more"


def test_a_heavy_message_is_cut_until_it_is_within_25_kb() -> None:
    said = message(*[Quote(text="日本語" * 600, by=person("名" * 300)) for _ in range(12)])
    assert size_of(render.card(render.message(said, ENGLISH))) <= 25_000


def test_a_message_that_cannot_be_cut_to_fit_is_refused_when_it_is_drawn() -> None:
    with pytest.raises(MessageTooLong, match="25000 bytes"):
        drawn(*[Paragraph(text=CLOSE)] * 400)


# --- buttons -------------------------------------------------------------------------------------------------------


def test_a_button_sends_the_same_from_old_clients_and_new() -> None:
    execute = button(emphasis=Emphasis.CHOSEN, spoken=person("Ana"))
    assert (execute["type"], execute["verb"], execute["title"]) == ("Action.Execute", "vote", "✓ Close")
    assert execute["data"] == execute["fallback"]["data"] == {"action": "vote", "value": "1:go"}
    assert (execute["style"], execute["tooltip"]) == ("positive", "✓ Ana")
    assert execute["fallback"]["type"] == "Action.Submit"


def test_a_second_question_is_asked_in_a_card_of_its_own() -> None:
    show = button(emphasis=Emphasis.DANGER, confirm=Confirm(question=person("Sure"), yes=say("renderer-keep")))
    assert (show["type"], show["title"], show["style"]) == ("Action.ShowCard", "Close", "destructive")
    assert show["card"]["body"][0]["inlines"][0]["text"] == "✓ Sure"
    assert show["card"]["actions"][0]["title"] == "Keep it"
    assert show["card"]["actions"][0]["data"] == {"action": "vote", "value": "1:go"}


def test_teams_draws_six_buttons_in_a_row_so_more_are_in_rows() -> None:
    choices = tuple(Choice(action="vote", value=str(n), label=CLOSE) for n in range(8))
    assert [len(row["actions"]) for row in drawn(Choices(group="g", choices=choices))] == [6, 2]


# --- forms ---------------------------------------------------------------------------------------------------------


def ours(count: int) -> tuple[Option, ...]:
    return tuple(Option(value=str(n), label=say("renderer-more", count=n)) for n in range(count))


def test_only_a_few_options_in_our_own_words_lie_open() -> None:
    def style(*options: Option) -> str:
        return str(form(Scale(name="a", label=CLOSE, options=options))["body"][1]["style"])

    assert style(*ours(5)) == "expanded"
    assert style(*ours(6)) == "compact"
    assert style(Option(value="ana", label=person("Ana"))) == "compact"
    # A number and a point begin a list in Markdown.
    assert style(Option(value="1", label=say("agenda-point", place=1, title=CLOSE))) == "compact"


def test_a_required_question_says_what_is_missing() -> None:
    field = form(Words(name="why", label=person("Why"), limit=500, optional=False))["body"][1]
    assert field == {
        "type": "Input.Text",
        "isMultiline": True,
        "maxLength": 500,
        "id": "answer.why",
        "label": "✓ Why",
        "isRequired": True,
        "errorMessage": "Please answer this question.",
    }


def test_what_is_wrong_and_what_was_given_are_drawn_again() -> None:
    scale = Scale(name="a", label=CLOSE, options=ours(3), initial="2", hint=person("hint"))
    body = form(scale, errors={"a": person("wrong")}, given={"a": "1"})["body"]
    assert body[1]["value"] == "1"
    assert [each["inlines"][0]["text"] for each in body[2:]] == ["✓ wrong", "✓ hint"]
    assert "value" not in form(scale, given={"a": "gone"})["body"][1]


def test_a_form_in_a_dialog_is_submitted_and_elsewhere_executed() -> None:
    assert form()["actions"][0]["type"] == "Action.Execute"
    assert form()["actions"][0]["verb"] == "k"
    assert form(dialog=True)["actions"][0]["type"] == "Action.Submit"
    assert form(dialog=True)["actions"][0]["data"] == {"form": "k", "subject": "s", "fields": []}


def test_answers_come_back_by_the_name_of_their_field() -> None:
    card = form(Words(name="why", label=CLOSE, limit=5), Words(name="subject", label=CLOSE, limit=5))
    data = {**card["actions"][0]["data"], "answer.why": "Because.", "answer.other": "x"}
    assert questions.answers(data) == {"why": "Because.", "subject": None}
    assert questions.answers({**data, "answer.why": "  ", "answer.subject": "s"}) == {"why": None, "subject": "s"}


@pytest.mark.parametrize("data", [{}, {"fields": "why"}, {"fields": None, "answer.why": "x"}])
def test_data_that_names_no_fields_holds_no_answers(data: dict[str, Any]) -> None:
    assert questions.answers(data) == {}


def test_an_answer_that_is_not_text_is_none() -> None:
    assert questions.answers({"fields": ["why"], "answer.why": {"a": 1}}) == {"why": None}


def test_a_persons_draft_is_not_cut_to_fit_a_card() -> None:
    fields = [Words(name=f"w{n}", label=CLOSE, limit=3_000, initial="é" * 3_000) for n in range(8)]
    assert sum(len(each.get("value", "")) for each in form(*fields)["body"]) == 24_000
    with pytest.raises(MessageTooLong, match="80000 bytes"):
        form(*fields, *[Words(name=f"x{n}", label=CLOSE, limit=3_000, initial="日" * 3_000) for n in range(8)])


# --- charts --------------------------------------------------------------------------------------------------------

WEEKS = chart((share(30, 250), None, share(60, 250)), target=Amount.of(Fraction(1, 4), "%"))


def test_a_chart_is_drawn_by_teams_and_said_in_words_below() -> None:
    drawing, words, gaps = drawn(WEEKS)
    assert (drawing["type"], drawing["title"], drawing["yAxisTitle"]) == ("Chart.Line", "✓ Adoption", "%")
    assert drawing["data"][0] == {
        "legend": "✓ S0",
        "color": "categoricalLightBlue",
        "values": [{"x": "4 Jan", "y": 12}, {"x": "18 Jan", "y": 24}],
    }
    assert [value["y"] for value in drawing["data"][1]["values"]] == [25, 25]
    assert words["inlines"][0]["text"] == "✓ What there is to see"
    assert gaps["inlines"][0]["text"] == "Left out, with no figure to show: 11 Jan"


@pytest.mark.parametrize(
    ("points", "first"),
    [
        ((euros(1),) * 10, "4 Jan"),
        ((euros(1),) * 11, "2026-01-04"),  # there is no room for so many words
        ((euros(1), euros(2), None, euros(3)), "2026-01-04"),  # what is far apart is drawn so
    ],
)
def test_days_that_follow_each_other_evenly_are_called_by_short_words(
    points: tuple[Amount | None, ...], first: str
) -> None:
    assert drawn(chart(points))[0]["data"][0]["values"][0]["x"] == first


def test_a_target_looks_like_none_of_the_lines() -> None:
    drawing = drawn(chart((euros(1),), (euros(2),), target=euros(3)))[0]
    assert [line["color"] for line in drawing["data"]] == ["categoricalLightBlue", "categoricalPurple", "neutral"]


def test_a_form_over_a_card_can_be_left_without_filling_it_in() -> None:
    field = Words(name="w", label=CLOSE, limit=10)
    send, back = render.form(
        Form(kind="k", subject="s", title=CLOSE, submit=CLOSE, fields=(field,)), ENGLISH, over=True
    )["actions"]
    assert send["data"]["over"]
    assert (back["title"], back["data"], back["associatedInputs"]) == ("Back", {"back": "k", "subject": "s"}, "none")
    assert back["fallback"] == {**back["fallback"], "type": "Action.Submit", "associatedInputs": "none"}


def test_bars_stand_alone_or_in_groups() -> None:
    alone = drawn(chart((euros(1), euros(2)), style="bar"))[0]
    assert (alone["type"], alone["data"]) == ("Chart.VerticalBar", [{"x": "4 Jan", "y": 1}, {"x": "11 Jan", "y": 2}])
    assert drawn(chart((euros(1),), (euros(2),), style="bar"))[0]["type"] == "Chart.VerticalBar.Grouped"


def test_clients_without_charts_show_the_title() -> None:
    assert drawn(WEEKS)[0]["fallback"]["inlines"][0]["text"] == "✓ Adoption"


def test_a_chart_without_a_number_is_its_words() -> None:
    assert [block["type"] for block in drawn(chart((None, None)))] == ["RichTextBlock", "RichTextBlock"]


# --- questions within a message ------------------------------------------------------------------------------------

QUESTIONS = Inputs(
    group="wave-1",
    fields=(
        Scale(name="csat", label=CLOSE, options=ours(5), initial="2"),
        Picks(name="barriers", label=CLOSE, options=ours(6), most=2, hint=CLOSE),
    ),
    send=Choice(action="pulse-send", value="1", label=CLOSE, emphasis=Emphasis.PRIMARY),
)


def test_questions_are_menus_and_none_holds_up_the_other_buttons_of_its_card() -> None:
    scale, picks, hint, send = drawn(QUESTIONS)
    assert (scale["type"], scale["style"], scale["isMultiSelect"], scale["value"]) == (
        "Input.ChoiceSet",
        "compact",
        False,
        "2",
    )
    assert (picks["isMultiSelect"], picks["placeholder"]) == (True, "Choose up to 2")
    assert "isRequired" not in {*scale, *picks}
    assert hint["inlines"][0]["text"] == "Close"
    button = send["actions"][0]
    assert (button["type"], button["verb"], button["fallback"]["type"]) == (
        "Action.Execute",
        "pulse-send",
        "Action.Submit",
    )
    assert button["data"] == button["fallback"]["data"]


def test_what_was_chosen_comes_back_by_the_name_of_its_field() -> None:
    scale, picks, _, send = drawn(QUESTIONS)
    data = send["actions"][0]["data"]
    assert questions.inputs(data) == {"csat": (), "barriers": ()}
    assert questions.inputs({**data, scale["id"]: "3", picks["id"]: "0,2"}) == {"csat": ("3",), "barriers": ("0", "2")}
    assert questions.inputs({**data, scale["id"]: 3, picks["id"]: ""}) == {"csat": (), "barriers": ()}


def test_several_values_with_a_comma_in_one_could_not_be_told_apart() -> None:
    field = Picks(name="x", label=CLOSE, options=(Option(value="a,b", label=CLOSE),), most=1)
    with pytest.raises(ValueError, match="commas"):
        drawn(Inputs(group="g", fields=(field,), send=QUESTIONS.send))


# --- whatever people write -----------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)  # the schema is large
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_makes_a_card_of_the_schema(words: str, more: str) -> None:
    said = message(
        Heading(text=person(words)),
        Paragraph(text=say("verbatim", words=words), lead=say("verbatim", words=more)),
        Bullets(items=(Paragraph(text=person(more)),)),
        Quote(text=words, by=person(more)),
        Choices(group="g", choices=(Choice(action="a", value="b", label=say("verbatim", words=words)),)),
        Note(text=say("verbatim", words=more)),
    )
    card = render.card(render.message(said, ENGLISH))
    assert card_faults(card) == []
    assert not any(each.get("type") == "TextBlock" for each in objects(card))


@settings(max_examples=30, deadline=None)  # the schema is large
@given(st.text(max_size=400), st.integers(1, 12))
def test_any_text_makes_a_form_of_the_schema(words: str, count: int) -> None:
    options = tuple(Option(value=str(n), label=person(words)) for n in range(count))
    card = form(
        Scale(name="a", label=person(words), options=options),
        Words(name="b", label=person(words), limit=5_000, hint=person(words), initial=words),
    )
    assert card_faults(card) == []
