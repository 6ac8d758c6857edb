"""What we say around going live: that a rehearsal has begun, and a test post."""

from __future__ import annotations

from rituals.messages import Heading, Message, Note, Paragraph, say
from rituals.speech import message_kind


@message_kind("rehearsal-begins")
def rehearsal_begins(*, organisation: str) -> Message:
    """A word to the person who rehearses: what they will see, and that nobody else does."""
    return Message(
        kind="rehearsal-begins",
        summary=say("rehearsal-begins", organisation=organisation),
        parts=(
            Heading(text=say("rehearsal-begins", organisation=organisation)),
            Paragraph(text=say("rehearsal-begins-copies")),
            Paragraph(text=say("rehearsal-begins-buttons")),
            Note(text=say("rehearsal-begins-ends")),
        ),
    )


@message_kind("trial-post")
def trial_post(*, organisation: str) -> Message:
    """A post that only shows that posts arrive; it is taken back at once."""
    return Message(
        kind="trial-post",
        summary=say("trial-post", organisation=organisation),
        parts=(Paragraph(text=say("trial-post", organisation=organisation)), Note(text=say("trial-post-taken-back"))),
    )
