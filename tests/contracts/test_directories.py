"""An organisation's directory is read whole once, then what changed; whoever is gone from it has left."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from rituals.people import Account, RosterEntry
from rituals.posts import Refusal
from storage.directories import SqlDirectory
from storage.work import Memory
from tests.builders import AT, after, entry

HOUR = timedelta(hours=1)
HOUSE = RosterEntry(email="", locale="fr", zone=ZoneInfo("Europe/Paris"))


def directory(memory: Memory, tenant: str = "t1") -> SqlDirectory:
    return memory.directory(platform="teams", workspace=tenant)


def teams(user: str) -> Account:
    return Account(platform="teams", workspace="t1", user=user)


def told(user: str, *, present: bool = True, name: str | None = None) -> tuple[Account, RosterEntry, bool]:
    return teams(user), RosterEntry(email=f"{user}@example.org", name=name), present


async def present(memory: Memory) -> list[str]:
    async with memory.open_work() as work:
        return [one.email.partition("@")[0] for one in await work.people.all_present()]


async def test_one_replica_reads_the_directory_in_an_hour(memory: Memory) -> None:
    assert await directory(memory).since(at=AT, every=HOUR) == ""
    assert await directory(memory).since(at=after(minutes=59), every=HOUR) is None
    assert await directory(memory, "t2").since(at=AT, every=HOUR) == ""
    await directory(memory).keep("https://graph.example/next")
    assert await directory(memory).since(at=after(hours=1), every=HOUR) == "https://graph.example/next"


async def test_somebody_new_lives_as_the_house_does_and_is_renewed_without_losing_what_is_known(memory: Memory) -> None:
    await directory(memory).adopt([told("ana", name="Ana")], [], default=HOUSE)
    async with memory.open_work() as work:
        ana = await work.people.by_account(teams("ana"))
        assert ana is not None
        assert (ana.name, ana.locale, str(ana.zone)) == ("Ana", "fr", "Europe/Paris")
        moved = RosterEntry(email="ana@example.org", zone=ZoneInfo("America/Toronto"), locale="en")
        await work.people.adopt_account(teams("ana"), moved, present=True)
    await directory(memory).adopt([told("ana", name="Ana Lima")], [], default=HOUSE)
    async with memory.open_work() as work:
        ana = await work.people.by_account(teams("ana"))
    assert ana is not None
    assert (ana.name, ana.locale, str(ana.zone)) == ("Ana Lima", "en", "America/Toronto")


async def test_a_guest_nobody_knows_stays_unknown_and_somebody_known_who_is_disabled_has_left(memory: Memory) -> None:
    await directory(memory).adopt([told("ana"), told("guest", present=False)], [], default=HOUSE)
    async with memory.open_work() as work:
        assert await work.people.by_account(teams("guest")) is None
    await directory(memory).adopt([told("ana", present=False)], [], default=HOUSE)
    assert await present(memory) == []


async def test_whoever_is_gone_has_left_unless_they_are_elsewhere(memory: Memory) -> None:
    await directory(memory).adopt([told("ana"), told("bo"), told("cyr")], [], default=HOUSE)
    async with memory.open_work() as work:
        slack = Account(platform="slack", workspace="T1", user="UBO")
        await work.people.adopt_account(slack, entry("bo@example.org"), present=True)
    await directory(memory).adopt([], [teams("ana"), teams("bo"), teams("nobody")], default=HOUSE)
    assert await present(memory) == ["bo", "cyr"]


async def test_whoever_a_whole_reading_does_not_tell_of_has_left(memory: Memory) -> None:
    await directory(memory).adopt([told("ana"), told("bo")], [], default=HOUSE)
    await directory(memory).keep("a")
    assert await present(memory) == ["ana", "bo"]
    await directory(memory).keep("b", everybody={"bo"})
    assert await present(memory) == ["bo"]


async def test_a_directory_says_nothing_of_who_takes_messages(memory: Memory) -> None:
    await directory(memory).adopt([told("ana")], [], default=HOUSE)
    async with memory.transaction() as connection:
        from storage.people import ACCOUNT

        await connection.execute(ACCOUNT.update().values(refused=Refusal.UNREACHABLE.value, refused_at=AT))
    await directory(memory).adopt([told("ana", name="Ana Lima")], [], default=HOUSE)
    async with memory.open_work() as work:
        assert (await work.posts.refused()).people == {"teams": 1}
        await work.people.adopt_account(teams("ana"), entry("ana@example.org"), present=True)
        assert (await work.posts.refused()).people == {}
