"""What time does to what came in: usage grows coarser and goes, people who have left are no longer present."""

from __future__ import annotations

from datetime import datetime, timedelta

from rituals.calendar import local_day
from rituals.imports import KEEP_AFTER_LEAVING, KEEP_DAYS, KEEP_WEEKS
from rituals.organisation import Organisation
from rituals.ports import OpenWork


async def forget_old(at: datetime, *, organisation: Organisation, open_work: OpenWork) -> None:
    """Sums usage up by week once its days are 100 days old, deletes the weeks after 13 months, and all use of somebody
    three months after they left; brings presence and sites in line with today. Once a day is often enough.
    """
    today = local_day(at, organisation.zone)
    async with open_work() as work:
        await work.census.settle(today)
        weeks = await work.sources.weeks_to_fold(today - KEEP_DAYS - timedelta(days=1))
    for initiative, monday in weeks:
        async with open_work() as work:
            await work.sources.fold(initiative, monday)
    async with open_work() as work:
        await work.sources.forget_weeks(today - KEEP_WEEKS)
        await work.sources.forget_uses(await work.census.left_before(today - KEEP_AFTER_LEAVING))
        await work.census.forget_strays()
