"""What chat shows that a reply has made old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """The wake of one reply of `person` to `subject`, a ballot of `occurrence`: what shows either is to be put anew.

    Kept with the reply, so that nothing acknowledged is forgotten, and gone with what it asks for. Of named votes only:
    nothing confidential leaves a wake.
    """

    occurrence: str
    person: str
    subject: str
    asked_at: datetime
