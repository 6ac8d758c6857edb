"""The tree of refusals: what Comitia says no to, each named for the fact and carrying the key of its sentence.

RitualError
├── NotFound              what was named is not there (any more)
│   └── Stranger          who asks is nobody we know, or has left
├── NotAllowed            the person's roles do not permit it
├── NotAMember            a ballot or marks of a committee the person is not on
├── NotAReader            a digest whose readers the person is not among
├── BallotClosed          a vote after the close
├── BallotCancelled       a vote on a ballot taken back
├── MarksClosed           marks after their reveal
├── PulseClosed           an answer after names and answers have parted
├── PulseCancelled        an answer to a question called off
├── NotInvited            an answer by somebody who was not asked
├── ReadingsClosed        a KPI value after its review
├── ReviewOff             a KPI value for a review that is cancelled or was missed
├── ActionClosed          a change of an action that is done
├── InvalidReply          a value outside what was offered, a text too long
├── NothingToDo           pausing what is paused, resuming what runs
└── InvalidRule           a calendar rule that cannot be read

A refusal is an answer, not a fault: it becomes one sentence for the person who asked and is never logged as an error.
"""

from __future__ import annotations

from rituals.messages import Message, Text, Value


class RitualError(Exception):
    """A refusal. `sentence` is what the person who asked is told.

    `instead`: what stands from then on in the place of what they clicked, where that is good for nothing any more.
    """

    key = "refused"
    instead: Message | None = None

    def __init__(self, **values: Value) -> None:
        super().__init__(self.key)
        self.values = values

    @property
    def sentence(self) -> Text:
        """The sentence for the person who asked."""
        return Text(key=self.key, values=self.values)


class NotFound(RitualError):
    """What was named is not there, or not there any more."""

    key = "refused-not-found"


class Stranger(NotFound):
    """Whoever asks is nobody of the organisation, or not any more."""

    key = "refused-stranger"


class NotAllowed(RitualError):
    """The person's roles do not permit it."""

    key = "refused-not-allowed"


class NotAMember(RitualError):
    """The person is not entitled to this ballot or these marks."""

    key = "refused-not-a-member"


class NotAReader(RitualError):
    """The person is not among the readers of this digest."""

    key = "refused-not-a-reader"


class BallotClosed(RitualError):
    """The ballot has closed."""

    key = "refused-ballot-closed"


class BallotCancelled(RitualError):
    """The ballot was taken back."""

    key = "refused-ballot-cancelled"


class MarksClosed(RitualError):
    """The marks have been revealed, or their committee was cancelled."""

    key = "refused-marks-closed"


class PulseClosed(RitualError):
    """The wave has closed; answers are nobody's any more."""

    key = "refused-pulse-closed"

    def __init__(self, *, instead: Message | None = None) -> None:
        super().__init__()
        self.instead = instead


class PulseCancelled(RitualError):
    """The wave was called off."""

    key = "refused-pulse-cancelled"

    def __init__(self, *, instead: Message | None = None) -> None:
        super().__init__()
        self.instead = instead


class NotInvited(RitualError):
    """The person was not asked in this wave."""

    key = "refused-not-invited"


class ReadingsClosed(RitualError):
    """The review the value is for has taken place."""

    key = "refused-readings-closed"


class ReviewOff(RitualError):
    """The review the value is for was cancelled, or missed."""

    key = "refused-review-off"


class ActionClosed(RitualError):
    """The action is done, or no longer needed."""

    key = "refused-action-closed"


class InvalidReply(RitualError):
    """A value that was never offered, or a text that is too long.

    `field` names the form field at fault where there is one.
    """

    key = "refused-invalid"

    def __init__(self, *, field: str | None = None, key: str | None = None, **values: Value) -> None:
        super().__init__(**values)
        self.field = field
        if key is not None:
            self.key = key


class NothingToDo(RitualError):
    """What was asked for is so already."""

    key = "refused-nothing-to-do"


class InvalidRule(RitualError):
    """A calendar rule, or a calendar, that cannot be read.

    The sentence says what was found, what is understood, and the nearest thing that is.
    """

    key = "refused-rule"

    def __init__(self, why: Text) -> None:
        super().__init__(**why.values)
        self.key = why.key
