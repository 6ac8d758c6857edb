"""The Bot Connector's REST API: one call each, over a pool, at one pace for all, and how each call ended."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.pace import PATIENCE as IN_TURN
from bot.pace import NotYet, Pace, Rate, Turns
from bot.platforms.port import PACED, DeliveryError
from bot.platforms.teams.activities import Json, Reference
from bot.platforms.teams.bodies import object_in
from bot.platforms.teams.brake import Brake
from bot.platforms.teams.clouds import Cloud
from bot.platforms.teams.refusals import THROTTLED, WRONG_CLOUD, code_of, failed, refused, retry_after
from bot.platforms.teams.tokens import Bearers
from rituals.ports import Clock
from rituals.posts import Address, Place

CALL = "connector"
"""What the pace calls a call: every one counts, whatever it does, since the tenant's limit is one for all."""

MOST = 50
"""Calls a second that Teams states for an app and tenant."""

AT_ONCE = 10
"""So many may go at once, where the rate leaves as much of what Teams states."""

# A conversation takes 7 in a second, 8 in two, 60 in thirty and 1,800 in an hour. A bucket has one slope, so it is the
# last one's: six at once and one about every two seconds stay below all four, whenever one begins to count, and leave
# room for the call that created it.
CONVERSATION = Rate(per_minute=29, burst=6)

PATIENCE = timedelta(seconds=20)
"""How long one call may take before its outcome counts as unknown; Teams itself gives up after fifteen."""

SILENT = timedelta(seconds=2)
"""How long a throttled call waits that is not told how long."""

IN_A_WAVE = timedelta(minutes=1)
"""How long a call waits for its turn at a time that belongs to a wave of them, and for which nobody waits."""

PAGE = 500
"""Members asked for at a time; Teams gives no more."""

SPLIT = ";messageid="
"""What stands between a channel's id and that of a post in it, in the name of the conversation below the post."""


def rates(posts_per_second: int) -> dict[str, Rate]:
    """The rates of a tenant that takes so many calls a second from us."""
    burst = max(1, min(AT_ONCE, MOST - posts_per_second))
    return {CALL: Rate(per_minute=60 * posts_per_second, burst=burst), f"{CALL}#": CONVERSATION}


def _unheard(_method: str) -> None:
    pass


class Connector:
    """One for a bot and its tenant. Every method raises DeliveryError.

    No call is repeated here, since whoever called knows whether it may be, but one that went to the wrong cloud.
    (aiohttp sends a GET, PUT or DELETE again if its kept connection turns out to be gone; never a POST.) `service_url`:
    where the conversation is served, as Teams' activities say; where that is not in `cloud`, nothing is sent, and no
    token either. `to`: whom a call is for, so that a refusal can be theirs. `activity`: JSON text. `in_turn`: how long
    a call may wait for its turn. While our bearer is refused, each waits as for its turn: see Brake. `throttled`: told
    of each 429, as "teams.post", "teams.put" and so on.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Bearers,
        pace: Pace,
        clock: Clock,
        *,
        cloud: Cloud,
        patience: timedelta = PATIENCE,
        throttled: Callable[[str], None] = _unheard,
    ) -> None:
        self._session = session
        self._throttled = throttled
        self._tokens = tokens
        self._pace = pace
        self._clock = clock
        self._cloud = cloud
        self._brake = Brake(clock, lambda bearer: tokens.forget(cloud.scope, bearer))
        self._elsewhere: dict[str, str] = {}  # by service URL: where Microsoft has sent us instead
        self._timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), connect=patience.total_seconds() / 4)

    @property
    def token_refused(self) -> str:
        """Why our bearer is refused, and a new one too, in Teams' word; "" while it is not."""
        return self._brake.why

    def turns(self) -> Turns:
        """How many bulk calls may be made now, and when several may: one alone where it is to find out."""
        turns = self._pace.turns(CALL)
        left = self._brake.left
        if left is None:
            return turns
        opens_at = max(turns.opens_at, self._clock.now() + left)
        return replace(turns, free=0 if left else min(turns.free, 1), opens_at=opens_at)

    async def post(
        self,
        service_url: str,
        conversation: str,
        activity: bytes,
        *,
        to: Address | None = None,
        bulk: bool = False,
        in_turn: timedelta = IN_TURN,
    ) -> Place:
        """Shows an activity in a conversation."""
        said = await self._call(
            "POST",
            service_url,
            ("conversations", conversation, "activities"),
            activity,
            within=_channel(conversation),
            to=to,
            bulk=bulk,
            in_turn=in_turn,
            once=True,
        )
        return Place(conversation=conversation, message=_named(said.get("id"), once=True))

    async def put(
        self,
        service_url: str,
        place: Place,
        activity: bytes,
        *,
        to: Address | None = None,
        bulk: bool = False,
        in_turn: timedelta = IN_TURN,
    ) -> None:
        """Shows another activity in the place of one."""
        path = ("conversations", place.conversation, "activities", place.message)
        within = _channel(place.conversation)
        await self._call("PUT", service_url, path, activity, within=within, to=to, bulk=bulk, in_turn=in_turn)

    async def delete(self, service_url: str, place: Place) -> None:
        """Takes an activity away."""
        path = ("conversations", place.conversation, "activities", place.message)
        await self._call("DELETE", service_url, path, within=_channel(place.conversation))

    async def converse(self, reference: Reference, *, to: Address | None = None, bulk: bool = False) -> str:
        """The conversation with one person, created if need be: however often, it is the same one."""
        body = {
            "isGroup": False,
            "bot": {"id": reference.bot},
            "members": [{"id": reference.user}],
            "tenantId": reference.tenant,
            "channelData": {"tenant": {"id": reference.tenant}},
        }
        said = await self._call(
            "POST", reference.service_url, ("conversations",), json.dumps(body).encode(), to=to, bulk=bulk
        )
        return _named(said.get("id"))

    async def begin(
        self, reference: Reference, activity: bytes, *, to: Address | None = None, bulk: bool = False
    ) -> Place:
        """Shows an activity in a channel as a post of its own, with a conversation of its own below it."""
        head = {
            "isGroup": True,
            "bot": {"id": reference.bot},
            "tenantId": reference.tenant,
            "channelData": {"channel": {"id": reference.conversation}, "tenant": {"id": reference.tenant}},
        }
        body = b'%b, "activity": %b}' % (json.dumps(head).encode()[:-1], activity)
        said = await self._call(
            "POST",
            reference.service_url,
            ("conversations",),
            body,
            within=reference.conversation,
            to=to,
            bulk=bulk,
            once=True,
        )
        conversation = _named(said.get("id"), once=True)
        message = said.get("activityId") or conversation.partition(SPLIT)[2]
        return Place(conversation=conversation, message=_named(message, once=True))

    async def member(self, service_url: str, conversation: str, user: str, *, patiently: bool = False) -> Json:
        """One member of a conversation, by "29:…" or Entra object id; `patiently`: as `members`, after all others."""
        path = ("conversations", conversation, "members", user)
        if patiently:
            return await self._patiently(service_url, path, bulk=True, in_turn=IN_A_WAVE)
        return await self._call("GET", service_url, path)

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Json]:
        """All members of a conversation, page by page; waits its turn, and as long as Teams asks to."""
        query = {"pageSize": str(PAGE)}
        while True:
            said = await self._patiently(service_url, ("conversations", conversation, "pagedmembers"), query)
            for one in _listed(said, "members"):
                yield one
            following = said.get("continuationToken")
            if not isinstance(following, str) or not following:
                return
            query["continuationToken"] = following

    async def team(self, service_url: str, team: str) -> Json:
        """A team: its id, name and Entra group."""
        return await self._call("GET", service_url, ("teams", team))

    async def channels(self, service_url: str, team: str) -> Sequence[Json]:
        """A team's channels: id and name; the one every team begins with has no name."""
        said = await self._call("GET", service_url, ("teams", team, "conversations"))
        return _listed(said, "conversations")

    async def _patiently(
        self,
        service_url: str,
        path: Sequence[str],
        query: dict[str, str] | None = None,
        *,
        bulk: bool = False,
        in_turn: timedelta = IN_TURN,
    ) -> Json:
        while True:
            try:
                return await self._call("GET", service_url, path, query=query, bulk=bulk, in_turn=in_turn)
            except DeliveryError as error:
                if error.why not in {PACED, THROTTLED}:
                    raise
                await self._clock.sleep_until(self._clock.now() + (error.retry_after or SILENT))

    async def _call(
        self,
        verb: str,
        service_url: str,
        path: Sequence[str],
        body: bytes | None = None,
        *,
        query: dict[str, str] | None = None,
        within: str = "",
        to: Address | None = None,
        bulk: bool = False,
        in_turn: timedelta = IN_TURN,
        once: bool = False,
    ) -> Json:
        service_url = self._elsewhere.get(service_url, service_url)
        if not self._cloud.serves(service_url):
            raise DeliveryError("service_url_refused", retry_after=timedelta(minutes=1))
        probing = self._brake.passes()
        try:
            bearer = await self._tokens.bearer(self._cloud.scope)
            try:
                await self._pace.turn(CALL, within=within, bulk=bulk, patience=in_turn)
            except NotYet as wait:
                raise DeliveryError(PACED, retry_after=wait.until - self._clock.now()) from None
            status, heads, content = await self._asked(verb, service_url, path, body, query, bearer, once=once)
            if status == 401:
                why = code_of(content) or f"http_{status}"
                raise DeliveryError(why, retry_after=self._brake.refuse(bearer, why, probing=probing))
            if status < 500:
                self._brake.let_in(bearer, probing=probing)  # whoever is away says nothing of it
        finally:
            if probing:
                self._brake.probed()
        if 200 <= status < 300:
            return _read(content, once=once)
        outcome = refused(status, code_of(content), retry_after(heads), to=to, once=once)
        if outcome.why == THROTTLED:
            self._throttled(f"teams.{verb.lower()}")
            self._pace.hold(CALL, outcome.retry_after or SILENT, within=within)
        there = self._cloud.gcc_url
        if outcome.why != WRONG_CLOUD or service_url == there or not there:
            raise outcome
        self._elsewhere[service_url] = there
        return await self._call(
            verb, there, path, body, query=query, within=within, to=to, bulk=bulk, in_turn=in_turn, once=once
        )

    async def _asked(
        self,
        verb: str,
        service_url: str,
        path: Sequence[str],
        body: bytes | None,
        query: dict[str, str] | None,
        bearer: str,
        *,
        once: bool,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One exchange: status, headers and content of the answer."""
        address = URL(f"{service_url.rstrip('/')}/v3/{'/'.join(map(_quoted, path))}", encoded=True)
        headers = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            async with self._session.request(
                verb,
                address.with_query(query) if query else address,
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers, await answer.read()
        except Exception as error:
            outcome = failed(error, once=once)
            if outcome is None:
                raise
            # Not chained: aiohttp's errors hold the request, and with it the bearer.
            raise outcome from None


@lru_cache(maxsize=1_024)
def _quoted(part: str) -> str:
    """Part of an address; most of them come again and again."""
    return quote(part, safe="")


def _channel(conversation: str) -> str:
    """The conversation that Teams' limits may mean: whether it counts a channel's posts one by one, nobody says."""
    return conversation.partition(SPLIT)[0]


def _read(content: bytes, *, once: bool) -> Json:
    """What an answer says; none at all says nothing. What cannot be read was done all the same."""
    said = object_in(content)
    if said is None:
        raise DeliveryError("unreadable", unknown=once)
    return said


def _named(found: object, *, once: bool = False) -> str:
    """The id an answer must give. Without it, what was shown can never be found again."""
    if not isinstance(found, str) or not found:
        raise DeliveryError("no_id", unknown=once)
    return found


def _listed(said: Json, name: str) -> list[Json]:
    found = said.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
