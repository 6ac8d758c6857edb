"""Moments go in with a zone and come out in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.engine import make_url

from storage.tables.columns import Utc
from storage.work import Memory
from tests.builders import PARIS, post

SQLITE, POSTGRESQL = (make_url(f"{name}://").get_dialect()() for name in ("sqlite+aiosqlite", "postgresql+psycopg"))
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001  (hypothesis wants them bare and adds the zone)
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PARIS, timezone(timedelta(hours=-11, minutes=-30))]),
)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
@given(at=MOMENTS)
def test_a_moment_comes_back_as_the_same_instant_in_utc(dialect: Dialect, at: datetime) -> None:
    kept = Utc().process_bind_param(at, dialect)
    found = Utc().process_result_value(kept, dialect)
    assert found is not None
    assert found == at.astimezone(UTC)  # in the hour a zone leaves out, Python holds no two zones' moments equal
    assert found.tzinfo is UTC


@given(one=MOMENTS, other=MOMENTS)
def test_sqlite_orders_moments_as_time_does(one: datetime, other: datetime) -> None:
    kept = [Utc().process_bind_param(at, SQLITE) for at in (one, other)]
    written = [found.isoformat(timespec="microseconds") for found in kept if found is not None]
    assert (written[0] < written[1]) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_no_moment_is_kept_as_none() -> None:
    assert Utc().process_bind_param(None, SQLITE) is None
    assert Utc().process_result_value(None, SQLITE) is None


async def test_a_moment_without_a_zone_is_refused(memory: Memory) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001

    async def put() -> None:
        async with memory.open_work() as work:
            await work.posts.put(post(not_after=naive), at=post().not_before)

    with pytest.raises(ValueError, match="a moment without a zone cannot be kept"):
        await put()
    async with memory.open_work() as work:
        assert not await work.posts.exists("p1")
