"""Which button asks for which form: some platforms must know before it is pressed."""

from types import MappingProxyType

from rituals.pulses import speech as pulse

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
