"""How often a method may be called: Slack's tiers as token buckets on the workspace's clock."""

from dataclasses import dataclass
from math import ceil

from bot.local.clock import Clock
from bot.sandbox.errors import RateLimitedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many calls at once, and so many a minute afterwards."""

    per_minute: float
    burst: float


TIER_1 = Rate(per_minute=1, burst=4)
TIER_2 = Rate(per_minute=20, burst=20)
TIER_3 = Rate(per_minute=50, burst=50)
TIER_4 = Rate(per_minute=100, burst=100)
SPECIAL = Rate(per_minute=600, burst=600)
POST_WORKSPACE = Rate(per_minute=300, burst=60)
POST_CHANNEL = Rate(per_minute=60, burst=5)

RATES = {
    "apps.connections.open": TIER_1,
    "auth.test": SPECIAL,
    "blocks.validate": SPECIAL,
    "chat.delete": TIER_3,
    "chat.getPermalink": SPECIAL,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": POST_WORKSPACE,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    tokens: float
    at: float

    def missing_seconds(self, now: float) -> float:
        """Answer how long until a call is allowed; 0 when it is."""
        refill = self.rate.per_minute / 60
        self.tokens = min(self.rate.burst, self.tokens + (now - self.at) * refill)
        self.at = now
        # A hair of tolerance: seconds times a rate do not add up to one exactly.
        return 0.0 if self.tokens > 1 - 1e-6 else (1 - self.tokens) / refill


class Limits:
    """Every bucket of the workspace; a refused call takes nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def admit(self, method: str) -> None:
        """Count one call of the method; raises RateLimitedError."""
        rate = RATES.get(method)
        if rate is not None:
            now = self._clock.link_seconds() if method == "apps.connections.open" else self._clock.now()
            self._take([self._bucket((method, ""), rate, now)], now)

    def admit_post(self, channel: str | None) -> None:
        """Count one message in a channel, or in none that exists; raises RateLimitedError."""
        now = self._clock.now()
        buckets = [self._bucket(("chat.postMessage", ""), POST_WORKSPACE, now)]
        if channel is not None:
            buckets.append(self._bucket(("chat.postMessage", channel), POST_CHANNEL, now))
        self._take(buckets, now)

    def _bucket(self, key: tuple[str, str], rate: Rate, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(rate, rate.burst, now)
        return bucket

    def _take(self, buckets: list[_Bucket], now: float) -> None:
        missing = max(bucket.missing_seconds(now) for bucket in buckets)
        if missing > 0:
            raise RateLimitedError(max(1, ceil(missing)))
        for bucket in buckets:
            bucket.tokens -= 1
