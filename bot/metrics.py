"""What is measured while Comitia works, as Prometheus reads it; no id, name or text is ever a label."""

from __future__ import annotations

import re
from datetime import datetime
from types import SimpleNamespace

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from rituals.posts import PostState
from rituals.standing import Standing

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""What `Metrics.text()` is, for HTTP."""

OUTCOMES = ("sent", "edited", "withdrawn", "home", "found_again", "refused")
KINDS = ("command", "action", "view", "event", "activity", "other")
"""What is acknowledged: what Slack sends by its kind, what Teams does as "activity"."""
ENDS = ("done", "skipped", "failed")

_ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_LATE = (1.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
_METHOD = re.compile(r"[a-z]+(?:\.[A-Za-z]+)+")


class Metrics:
    """The measures of one process, in a registry of their own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.posts = Gauge("comitia_posts", "Posts kept, by state", ["state"], registry=registry)
        self.oldest_unsent = Gauge(
            "comitia_oldest_unsent_seconds", "Age of the oldest post that should be out and is not", registry=registry
        )
        self.posts_out = Counter("comitia_posts_out", "What became of posts", ["outcome"], registry=registry)
        self.rate_limited = Counter("comitia_rate_limited", "429 answers, by method", ["method"], registry=registry)
        self.acknowledged = Histogram(
            "comitia_acknowledgement_seconds",
            "From a payload's arrival to its acknowledgement, after the commit",
            ["kind"],
            buckets=_ACKNOWLEDGED,
            registry=registry,
        )
        self.steps = Counter("comitia_steps", "Steps of rituals, by how they ended", ["end"], registry=registry)
        self.step_late = Histogram(
            "comitia_step_late_seconds", "How late steps were done", buckets=_LATE, registry=registry
        )
        self.step_waiting = Gauge(
            "comitia_step_waiting_seconds", "How long the oldest step that is due has waited", registry=registry
        )
        self.is_sender = Gauge(
            "comitia_is_sender", "Whether this process sends a platform's posts", ["platform"], registry=registry
        )
        self.connected = Gauge(
            "comitia_socket_connected",
            "Whether Socket Mode is connected (1 where there is none: over HTTP, and on Teams)",
            registry=registry,
        )
        self.database_errors = Counter("comitia_database_errors", "Statements the database failed", registry=registry)
        # Nothing has happened yet, and that is said too.
        for counter, labels in ((self.posts_out, OUTCOMES), (self.steps, ENDS)):
            for label in labels:
                counter.labels(label)
        self._acknowledged = {kind: self.acknowledged.labels(kind) for kind in KINDS}

    def acknowledge(self, kind: str, seconds: float) -> None:
        """One acknowledgement, of what and after how long."""
        self._acknowledged.get(kind, self._acknowledged["other"]).observe(seconds)

    def step(self, end: str, late: float) -> None:
        """One step ended so ("done", "skipped", "failed"), so many seconds after it was due."""
        self.steps.labels(end).inc()
        if end == "done":
            self.step_late.observe(max(late, 0.0))

    def stand(self, standing: Standing, at: datetime) -> None:
        """How things stand in the database."""
        for state in PostState:
            self.posts.labels(state.value).set(standing.posts.get(state, 0))
        self.oldest_unsent.set(standing.unsent_for(at).total_seconds())
        self.step_waiting.set(standing.late_by(at).total_seconds())

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)

    def throttled(self, method: str) -> None:
        """A call of that method was answered by 429."""
        # What is no method's name holds what nobody may read.
        self.rate_limited.labels(method if _METHOD.fullmatch(method) else "other").inc()

    def watching(self) -> aiohttp.TraceConfig:
        """What a client session takes so that each 429 is counted by its method."""

        async def ended(
            _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
        ) -> None:
            if params.response.status == 429:
                self.throttled(params.url.path.rpartition("/")[2])

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(ended)
        return trace
