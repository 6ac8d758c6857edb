"""What Slack is given: blocks that parse nothing, within its limits, and forms whose answers come back whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import translator_for
from bot.platforms.extents import MessageTooLong
from bot.platforms.slack import buttons, questions, render
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
    Text,
    Words,
    say,
)
from tests.bot.test_charts import chart
from tests.golden.drawing import block_kit_faults, strings
from tests.golden.samples import share

ENGLISH = translator_for("en", ZoneInfo("Europe/Paris"))
CLOSE = say("renderer-close")


def person(words: str) -> Text:
    return say("renderer-chosen", label=words)


def message(*parts: Part, summary: Text = CLOSE) -> Message:
    return Message(kind="demo", summary=summary, parts=parts)


def drawn(*parts: Part) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = render.message(message(*parts), ENGLISH)["blocks"]
    return blocks


def button(**given: Any) -> dict[str, Any]:
    choice = Choice(**{"action": "vote", "value": "1:go", "label": CLOSE, **given})
    element: dict[str, Any] = drawn(Choices(group="g", choices=(choice,)))[0]["elements"][0]
    return element


def form(*fields: Scale | Words, title: Text = CLOSE, **given: Any) -> dict[str, Any]:
    return render.form(Form(kind="k", subject="s", title=title, submit=CLOSE, fields=fields), ENGLISH, **given)


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(value=str(n), label=person(f"words {n}")) for n in range(count))


# --- messages ------------------------------------------------------------------------------------------------------


def test_the_notification_is_escaped_and_everything_else_is_left_as_written() -> None:
    said = render.message(message(Paragraph(text=person("<!here> & :tada:")), summary=person("<!here> & *x*")), ENGLISH)
    assert said["text"] == "✓ &lt;!here&gt; &amp; *x*"
    run = said["blocks"][0]["elements"][0]["elements"][0]
    assert run == {"type": "text", "text": "✓ <!here> & :tada:"}


def test_a_cut_notification_is_cut_before_it_is_escaped() -> None:
    names = say("renderer-chosen", label=say("renderer-chosen", label="&" * 300))
    text = render.message(message(Divider(), summary=names), ENGLISH)["text"]
    assert text.replace("&amp;", "").replace("✓ ", "").strip("…") == ""


def test_a_message_of_nothing_says_its_summary() -> None:
    assert render.message(message(Choices(group="g", choices=())), ENGLISH) == render.sentence(CLOSE, ENGLISH)


def test_a_notice_says_its_message_or_else_its_summary() -> None:
    said = render.notice(message(summary=person("<x>")), ENGLISH)
    assert said["blocks"] == render.sentence(person("<x>"), ENGLISH)["blocks"]
    assert render.notice(message(Divider()), ENGLISH)["blocks"] == [{"type": "divider"}]
    assert "submit" not in said
    assert block_kit_faults(said) == []


def test_a_meter_says_its_words_before_it_is_drawn() -> None:
    block = drawn(Meter(label=CLOSE, done=5, whole=8, needed=4))[0]
    assert block["elements"][0]["elements"][0]["text"] == "Close  ████│█░░░"


def test_a_name_of_nothing_visible_is_still_something() -> None:
    said = render.message(message(Heading(text=say("verbatim", words="\u200b")), Quote(text="", by=CLOSE)), ENGLISH)
    assert block_kit_faults(said) == []


def test_a_long_list_ends_with_how_many_are_not_shown() -> None:
    items = drawn(Bullets(items=tuple(Paragraph(text=person(str(n))) for n in range(50))))[0]["elements"][0]["elements"]
    assert len(items) == 40
    assert items[-1]["elements"][0]["text"] == "and 11 more"


def test_quotes_in_a_row_are_a_list_and_cut_like_one() -> None:
    many = [Quote(text=f"reason {n}", by=CLOSE) for n in range(120)]
    blocks = drawn(Heading(text=CLOSE), *many)
    assert len(blocks) <= 50
    assert blocks[-1]["elements"][0]["text"] == "and 100 more"


def test_a_heavy_message_is_cut_until_slack_takes_it() -> None:
    reasons = [Quote(text=f"{n} " + "x" * 1_900, by=person("y" * 300)) for n in range(12)]
    blocks = drawn(*reasons, Bullets(items=tuple(Paragraph(text=person("z" * 300)) for _ in range(80))))
    assert sum(map(len, strings(blocks))) + 125 * len(blocks) <= 12_500


def test_dividers_give_way_before_anything_else_is_lost() -> None:
    parts = [part for _ in range(30) for part in (Paragraph(text=CLOSE), Divider())]
    assert len(drawn(*parts)) == 30


def test_a_message_that_cannot_be_cut_to_fit_is_refused_when_it_is_drawn() -> None:
    with pytest.raises(MessageTooLong, match="51 blocks"):
        drawn(*[Paragraph(text=CLOSE)] * 51)
    assert len(render.home(message(*[Paragraph(text=CLOSE)] * 51), ENGLISH)["blocks"]) == 51
    with pytest.raises(MessageTooLong, match="101 blocks"):
        render.home(message(*[Paragraph(text=CLOSE)] * 101), ENGLISH)


# --- buttons -------------------------------------------------------------------------------------------------------


def test_neighbouring_buttons_of_one_action_have_ids_of_their_own() -> None:
    choices = tuple(Choice(action="vote", value=f"1:{n}", label=CLOSE) for n in range(3))
    block = drawn(Choices(group="ballot-1", choices=choices))[0]
    assert block["block_id"] == "ballot-1"
    assert [each["action_id"] for each in block["elements"]] == ["vote|0", "vote|1", "vote|2"]
    assert {buttons.action_of(each["action_id"]) for each in block["elements"]} == {"vote"}


def test_what_was_chosen_is_marked_in_words_too() -> None:
    assert button(emphasis=Emphasis.CHOSEN)["text"]["text"] == "✓ Close"
    assert button(emphasis=Emphasis.CHOSEN)["style"] == "primary"
    assert button(emphasis=Emphasis.PRIMARY)["style"] == "primary"
    assert button(emphasis=Emphasis.DANGER)["style"] == "danger"
    assert "style" not in button()


def test_a_button_is_spoken_and_confirmed_as_asked() -> None:
    drawn = button(spoken=person("Ana"), confirm=Confirm(question=person("Sure"), yes=CLOSE), emphasis=Emphasis.DANGER)
    assert drawn["accessibility_label"] == "✓ Ana"
    assert drawn["confirm"]["text"]["text"] == "✓ Sure"
    assert drawn["confirm"]["deny"]["text"] == "Keep it"
    assert drawn["confirm"]["style"] == "danger"


def test_a_row_of_buttons_slack_would_refuse_is_refused_here() -> None:
    with pytest.raises(MessageTooLong, match="26 buttons"):
        drawn(Choices(group="g", choices=(Choice(action="a", value="b", label=CLOSE),) * 26))
    with pytest.raises(MessageTooLong, match="value of a button"):
        button(value="x" * 2_001)
    with pytest.raises(ValueError, match="without a character"):
        drawn(Choices(group="", choices=(Choice(action="a", value="b", label=CLOSE),)))


# --- charts --------------------------------------------------------------------------------------------------------

WEEKS = chart((share(30, 250), None, share(60, 250)), target=Amount.of(Fraction(1, 4), "%"))


def test_a_chart_is_drawn_by_slack_and_said_in_words_below() -> None:
    drawing, words, gaps = drawn(WEEKS)
    assert (drawing["title"], drawing["chart"]["type"]) == ("✓ Adoption", "line")
    assert drawing["chart"]["axis_config"] == {"categories": ["4 Jan", "18 Jan"], "y_label": "%"}
    assert [(one["name"], [point["value"] for point in one["data"]]) for one in drawing["chart"]["series"]] == [
        ("✓ S0", [12, 24]),
        ("✓ Target", [25, 25]),
    ]
    assert words["elements"][0]["text"] == "✓ What there is to see"
    assert gaps["elements"][0]["text"] == "Left out, with no figure to show: 11 Jan"


def test_what_was_suppressed_is_nowhere_in_a_drawn_chart() -> None:
    shown = drawn(chart((share(30, 250), share(3, 4), share(60, 250))))
    assert [point["value"] for series in shown[0]["chart"]["series"] for point in series["data"]] == [12, 24]


def test_a_chart_may_be_shown_as_a_picture_or_else_in_words() -> None:
    said = render.message(message(WEEKS, WEEKS), ENGLISH, pictures=["F1", None])["blocks"]
    assert [block["type"] for block in said] == ["image", "context", "rich_text"]
    assert (said[0]["slack_file"], said[0]["alt_text"]) == ({"id": "F1"}, "✓ Adoption")
    assert "✓ What there is to see" in strings(said[2])


def test_views_take_no_charts_so_they_are_put_into_words() -> None:
    for view in (render.home(message(WEEKS), ENGLISH), render.notice(message(WEEKS), ENGLISH)):
        assert [block["type"] for block in view["blocks"]] == ["rich_text"]


# --- questions within a message ------------------------------------------------------------------------------------

QUESTIONS = Inputs(
    group="wave-1",
    fields=(
        Scale(name="csat", label=CLOSE, options=options(5), optional=True),
        Picks(name="barriers", label=CLOSE, options=options(6), most=2, hint=CLOSE),
    ),
    send=Choice(action="pulse-send", value="1", label=CLOSE, emphasis=Emphasis.PRIMARY),
)


def test_questions_are_menus_with_labels_and_send_nothing_by_themselves() -> None:
    scale, picks, button = drawn(QUESTIONS)
    assert (scale["element"]["type"], picks["element"]["type"]) == ("static_select", "multi_static_select")
    assert [block["label"]["text"] for block in (scale, picks)] == ["Close", "Close"]
    assert not any(block.get("dispatch_action") for block in (scale, picks))
    assert picks["element"]["max_selected_items"] == 2
    assert (button["block_id"], buttons.action_of(button["elements"][0]["action_id"])) == ("wave-1", "pulse-send")


def test_a_field_asks_for_nothing_and_a_button_does() -> None:
    scale, picks, button = drawn(QUESTIONS)
    assert questions.is_answer(scale["element"]["action_id"])
    assert questions.is_answer(picks["element"]["action_id"])
    assert not questions.is_answer(button["elements"][0]["action_id"])


def test_what_was_chosen_beside_a_button_comes_back_by_the_name_of_its_field() -> None:
    scale, picks, button = drawn(QUESTIONS)
    chosen = {
        scale["block_id"]: {scale["element"]["action_id"]: {"selected_option": scale["element"]["options"][3]}},
        picks["block_id"]: {picks["element"]["action_id"]: {"selected_options": picks["element"]["options"][:2]}},
        "wave-2|csat": {"answer-csat": {"selected_option": {"value": "9"}}},
    }
    assert questions.inputs(chosen, group=button["block_id"]) == {"csat": ("3",), "barriers": ("0", "1")}


@pytest.mark.parametrize(
    "element", [{}, {"selected_option": None}, {"selected_options": []}, {"selected_options": None}]
)
def test_nothing_chosen_is_nothing(element: dict[str, Any]) -> None:
    assert questions.inputs({"g|csat": {"answer-csat": element}}, group="g") == {"csat": ()}


def test_the_questions_of_two_groups_have_ids_of_their_own() -> None:
    other = Inputs(group="wave-2", fields=QUESTIONS.fields, send=QUESTIONS.send)
    assert block_kit_faults(render.message(message(QUESTIONS, other), ENGLISH)) == []


def test_a_notice_asks_nothing() -> None:
    assert len(render.notice(message(QUESTIONS, Note(text=CLOSE)), ENGLISH)["blocks"]) == 1


# --- forms ---------------------------------------------------------------------------------------------------------


def test_few_options_lie_open_and_many_are_a_menu() -> None:
    assert form(Scale(name="a", label=CLOSE, options=options(5)))["blocks"][0]["element"]["type"] == "radio_buttons"
    assert form(Scale(name="a", label=CLOSE, options=options(6)))["blocks"][0]["element"]["type"] == "static_select"


def test_the_words_of_a_long_option_go_on_under_it() -> None:
    long = Scale(name="a", label=CLOSE, options=(Option(value="1", label=person("two words " * 14)),), initial="1")
    element = form(long)["blocks"][0]["element"]
    option = element["options"][0]
    assert option["text"]["text"] + " " + option["description"]["text"] == person_said("two words " * 14)
    assert element["initial_option"] == option


def person_said(words: str) -> str:
    return ENGLISH.say(person(words))


def test_an_answer_no_longer_offered_is_not_shown() -> None:
    scale = Scale(name="a", label=CLOSE, options=options(2), initial="gone")
    assert "initial_option" not in form(scale)["blocks"][0]["element"]
    assert form(scale, given={"a": "1"})["blocks"][0]["element"]["initial_option"]["value"] == "1"


def test_a_title_too_long_for_a_modal_stands_in_full_above_its_questions() -> None:
    view = form(title=say("renderer-required"))
    assert view["title"]["text"].endswith("…")
    assert view["blocks"][0]["text"]["text"] == "Please answer this question."
    assert form()["blocks"] == []


def test_what_is_wrong_stands_under_its_question() -> None:
    view = form(Words(name="why", label=CLOSE, limit=10), errors={"why": person("x")}, given={"why": "draft, too long"})
    assert view["blocks"][0]["element"]["initial_value"] == "draft, t…"
    assert view["blocks"][1]["elements"][0]["text"] == "✓ x"


def test_a_refused_submission_names_its_fields() -> None:
    answer = questions.errors({"why": person("<x>")}, ENGLISH)
    assert answer == {"response_action": "errors", "errors": {"why": "✓ <x>"}}


def test_a_form_brings_back_what_it_is_about() -> None:
    view = form(Words(name="why", label=CLOSE, limit=10))
    assert (view["callback_id"], view["private_metadata"], view["close"]["text"]) == ("k", "s", "Close")


def test_answers_come_back_by_the_name_of_their_field() -> None:
    values: dict[str, dict[str, dict[str, Any]]] = {
        "impact": {"answer": {"type": "radio_buttons", "selected_option": {"value": "4", "text": {}}}},
        "risk": {"answer": {"type": "static_select", "selected_option": None}},
        "why": {"answer": {"type": "plain_text_input", "value": "Because.\nReally."}},
        "blank": {"answer": {"type": "plain_text_input", "value": " \n "}},
        "empty": {"answer": {"type": "plain_text_input", "value": None}},
    }
    assert questions.answers(values) == {
        "impact": "4",
        "risk": None,
        "why": "Because.\nReally.",
        "blank": None,
        "empty": None,
    }
    assert questions.answers({}) == {}


@given(st.dictionaries(st.sampled_from("abc"), st.text(min_size=1, max_size=20).filter(str.strip)))
def test_what_was_given_to_a_form_can_be_read_from_it(given: dict[str, str]) -> None:
    view = form(*(Words(name=name, label=CLOSE, limit=100, initial=words) for name, words in given.items()))
    state = {block["block_id"]: {"answer": {"value": block["element"]["initial_value"]}} for block in view["blocks"]}
    assert questions.answers(state) == given


# --- whatever people write -----------------------------------------------------------------------------------------


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_makes_a_message_slack_takes(words: str, more: str) -> None:
    said = message(
        Heading(text=person(words)),
        Paragraph(text=say("verbatim", words=words), lead=say("verbatim", words=more)),
        Bullets(items=(Paragraph(text=person(more)),)),
        Quote(text=words, by=person(more)),
        Note(text=say("verbatim", words=more)),
        summary=person(words),
    )
    assert block_kit_faults(render.message(said, ENGLISH)) == []


@given(st.text(max_size=400), st.integers(1, 12))
def test_any_text_makes_a_form_slack_takes(words: str, count: int) -> None:
    view = form(
        Scale(
            name="a",
            label=person(words),
            options=tuple(Option(value=str(n), label=person(words)) for n in range(count)),
        ),
        Words(name="b", label=person(words), limit=5_000, hint=person(words), initial=words),
        title=person(words),
    )
    assert block_kit_faults(view) == []


def test_the_fields_of_forms_about_different_things_have_different_ids() -> None:
    # A form followed by the next keeps, in Slack, the answers of inputs whose ids are the same.
    def ids(subject: str) -> set[str]:
        form = Form(
            kind="marks",
            subject=subject,
            title=say("marks-form-title"),
            submit=say("marks-form-submit"),
            fields=(Words(name="reason", label=say("reason-form-label"), limit=10),),
        )
        return {block["element"]["action_id"] for block in render.form(form, ENGLISH)["blocks"]}

    assert ids("sitting:triage") == ids("sitting:triage")
    assert ids("sitting:triage").isdisjoint(ids("sitting:fraud"))
