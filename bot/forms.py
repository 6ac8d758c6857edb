"""Which button asks for which form: some platforms must know before it is pressed."""

from types import MappingProxyType

from rituals.messages import Choice
from rituals.pulses import speech as pulse
from rituals.rehearsal import copies

ASKED_BY = MappingProxyType(
    {
        "committee-marks": "open-marks",
        "committee-reason": "open-reason",
        "digest-day": "open-digest-day",
        "pulse-comment": pulse.COMMENT,
        "review-action": "open-action",
        "review-again": "open-action-again",
        "review-date": "open-action-date",
        "review-readings": "open-readings",
        "review-snooze": "open-action-snooze",
    }
)
"""Kind of form -> what the button that asks for it is called."""

ASKS = frozenset(ASKED_BY.values())
"""The buttons that ask for a form."""


def asks(choice: Choice) -> bool:
    """Whether a button asks for a form, on a rehearsal's copy as well."""
    copied = copies.pressed(choice.action, choice.value)
    return (copied.action if copied is not None else choice.action) in ASKS
