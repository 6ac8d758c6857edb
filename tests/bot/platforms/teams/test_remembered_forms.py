"""An open form is remembered to be drawn again, and nothing that somebody wrote in it before."""

from bot.platforms.teams.forms import blank
from rituals.messages import Form, Option, Scale, Words, say


def test_what_was_answered_before_is_not_remembered_with_the_form() -> None:
    options = (Option(value="1", label=say("pulse-comment-kept")),)
    form = Form(
        kind="pulse-comment",
        subject="wave",
        title=say("pulse-comment-kept"),
        submit=say("pulse-comment-kept"),
        fields=(
            Words(name="comment", label=say("pulse-comment-kept"), limit=500, initial="my own words"),
            Scale(name="mark", label=say("pulse-comment-kept"), options=options, initial="1"),
        ),
    )
    assert "my own words" not in repr(blank(form))
    assert [(field.name, field.initial) for field in blank(form).fields] == [("comment", None), ("mark", None)]
