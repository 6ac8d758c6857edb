"""What each no of the Bot Connector means for the one it was said about: the post, its reader, its room, ourselves.

After Microsoft's "Status codes from bot conversational APIs": 412, 429, 502, 503 and 504 may be tried again, 403 where
it names another host, and nothing else may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from bot.platforms.port import DeliveryError
from bot.platforms.teams.bodies import object_in
from rituals.posts import PERSON_PROBED_AFTER, ROOM_PROBED_AFTER, Address, Refusal, ToRoom

OURS = timedelta(minutes=1)
"""How long whatever meets it waits when it is us that are refused: somebody must mend it."""

THROTTLED = "Throttled"
"""Why a call was refused that came too soon after others."""

NO_CONNECTION = "no_connection"
"""Why a call failed that reached nobody."""

MESSAGE_GONE = "ActivityNotFoundInConversation"
"""There is no such message (any more)."""

GONE = frozenset({MESSAGE_GONE, "ConversationNotFound", "http_404"})
"""Why a call failed whose message is not there, or whose whole conversation."""

BROKEN = frozenset({"ServiceError", "http_500"})
"""Why a call failed at which Teams broke down."""

WRONG_CLOUD = "InvalidBotApiHost"
"""The one 403 that is about where we asked, and may be asked again: the tenant is served elsewhere."""

_LONGEST = timedelta(hours=1)
_CODE = re.compile(r"[A-Za-z]{1,60}")


def refused(
    status: int, code: str, wait: timedelta | None, *, to: Address | None = None, once: bool = False
) -> DeliveryError:
    """What an answer other than 2xx and 401 means, which is the Brake's.

    `code`: as the answer names it, or "". `wait`: its Retry-After. `to`: whom the call was for, so that a refusal can
    be theirs. `once`: whether doing it twice would be seen.
    """
    why = code or f"http_{status}"
    match status:
        case 429:
            return DeliveryError(THROTTLED, retry_after=wait)
        case 412 | 503:
            return DeliveryError(why, retry_after=wait)
        case 502 | 504:
            # The gate gave up waiting; what stands behind it may have done it all the same.
            return DeliveryError(why, retry_after=wait, unknown=once)
        case 403 if code == WRONG_CLOUD:
            return DeliveryError(why, retry_after=OURS)
        case 404 if code == MESSAGE_GONE:
            return DeliveryError(why, permanent=True)
        case 403 | 404:
            return _unreachable(why, to)
        case _ if status < 400:
            return DeliveryError(why, retry_after=OURS)  # led elsewhere, where our bearer does not go
        case _ if status >= 500 and once:
            return DeliveryError(why, unknown=True)
        case _:
            return DeliveryError(why, permanent=True)


def failed(error: Exception, *, once: bool = False) -> DeliveryError | None:
    """What a call means that got no answer, or half of one; None for what is a bug of ours."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return DeliveryError(NO_CONNECTION)
        case aiohttp.ClientError() | OSError() | TimeoutError():
            return DeliveryError(type(error).__name__, unknown=once)
        case _:
            return None


def code_of(content: bytes) -> str:
    """The code within an error's body, `{"error": {"code": …}}`; "" where there is none that reads like one."""
    error = (object_in(content) or {}).get("error")
    code = error.get("code") if isinstance(error, dict) else error
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer asks to wait, in seconds; None where it does not say, or by a date."""
    said = headers.get("Retry-After", "").strip()
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", said):
        return None
    return min(max(timedelta(seconds=float(said)), timedelta(seconds=0.1)), _LONGEST)


def _unreachable(why: str, to: Address | None) -> DeliveryError:
    """Until a new installation, which tells us of itself; should we miss it, one post a while finds out."""
    match to:
        case ToRoom():
            return DeliveryError(why, retry_after=ROOM_PROBED_AFTER, refusal=Refusal.ROOM)
        case None:
            return DeliveryError(why, retry_after=PERSON_PROBED_AFTER)
        case _:
            return DeliveryError(why, retry_after=PERSON_PROBED_AFTER, refusal=Refusal.UNREACHABLE)
