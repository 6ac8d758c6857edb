"""Scripted colleagues click like people, who see what one click did before they make the next."""

from collections.abc import Mapping, Sequence

from bot.demo.chat import Button, Form, Given, News, Shown, Someone
from bot.demo.colleagues import Colleagues

BALLOTS = ("search", "triage")


class Paper:
    """Answers `bot.demo.chat.Chat`: one person, and a paper with two ballots."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def find(self, email: str) -> Someone:
        return Someone(user=email, language="en", room="room")

    async def news(self) -> Sequence[News]:
        return [News(user="ada@horizon.example", message="paper", at=0)]

    async def message(self, user: str, message: str) -> Shown | None:
        choices = ("go", "no_go", "defer", "abstain")
        buttons = (Button(action="vote", value=f"{ballot}:{choice}") for ballot in BALLOTS for choice in choices)
        return Shown(buttons=tuple(buttons))

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        self.done.append(button.value.partition(":")[0])
        return ""

    async def form(self, user: str) -> Form | None:
        return None

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        raise AssertionError("there is no form")

    async def close(self, user: str, form: Form) -> None:
        raise AssertionError("there is no form")

    async def rest(self) -> None:
        self.done.append("rest")


async def test_whoever_votes_twice_in_a_row_waits_until_the_first_vote_is_shown() -> None:
    paper = Paper()
    crowd = Colleagues(paper, people=["ada@horizon.example"], leaning={}, seed=7, rest=paper.rest)
    await crowd.arrive()
    await crowd.notice()
    await crowd.act(5_400)
    assert paper.done[:4] == ["search", "rest", "triage", "rest"]
