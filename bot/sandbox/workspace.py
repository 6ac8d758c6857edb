"""The workspace itself: who is in it, which conversations there are, and how a message gets in, changes or goes."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from bot.local.changes import Changes
from bot.local.clock import Clock
from bot.local.config import ConfigError, made_id
from bot.local.counts import Counts
from bot.local.json_types import Json, digest_text
from bot.local.memory import Memory
from bot.sandbox import people
from bot.sandbox.config import SLACKBOT, Config, Person
from bot.sandbox.conversations import Conversation, Message
from bot.sandbox.counts import NAMES, duplicates
from bot.sandbox.drafts import Draft, read_draft
from bot.sandbox.errors import SlackError
from bot.sandbox.files import Files


class Workspace:
    """Everything is in memory, indexed; each change is also kept for a restart."""

    def __init__(self, config: Config, memory: Memory) -> None:
        self.config = config
        self.team = config.team
        self.app = config.app
        self.memory = memory
        self.url = ""
        self.clock = Clock(config.clock, memory)
        self.changes = Changes(memory)
        self.counts = Counts(memory, NAMES)
        self.files = Files(memory)
        self.lacks: dict[str, int] = {}
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self._direct: dict[str, Conversation] = {}
        self._by_email: dict[str, str] = {}
        self._read_up_to: dict[str, str] = dict(memory.all("read"))
        self._ids: int = memory.read("workspace", "ids", 0)
        self._duplicates: dict[str, int] = {}
        self._fill()

    # People

    def put_person(self, person: Person) -> None:
        before = self.people.get(person.id)
        if before is not None:
            self._by_email.pop(before.email.lower(), None)
        self.people[person.id] = person
        if person.email:
            self._by_email[person.email.lower()] = person.id
        self.memory.keep("person", person.id, asdict(person))

    def with_email(self, email: str) -> Person | None:
        found = self._by_email.get(email.lower())
        return None if found is None else self.people[found]

    def human(self, identity: str) -> Person | None:
        """Answer somebody who can sit in front of the page."""
        person = self.people.get(identity)
        return None if person is None or person.is_bot or person.deleted or person.id == SLACKBOT else person

    def user_object(self, person: Person, *, locale: bool = False) -> Json:
        return people.as_slack(person, self.team, self.app, self.clock.now(), locale=locale)

    # Conversations

    def direct(self, person: str) -> Conversation:
        """Answer the direct messages between the app and a person, opened if they were not."""
        found = self._direct.get(person)
        if found is None:
            found = Conversation(
                id=self.direct_id(person),
                name="directmessage",
                person=person,
                app_is_member=True,
                members={person: None},
                created=int(self.clock.now()),
                is_private=True,
            )
            self.keep_conversation(found)
        return found

    @staticmethod
    def direct_id(person: str) -> str:
        """Answer the id that the direct messages with a person have or would have."""
        return made_id("D", person)

    def opened_direct(self, person: str) -> Conversation | None:
        return self._direct.get(person)

    def keep_conversation(self, conversation: Conversation) -> None:
        self.conversations[conversation.id] = conversation
        if conversation.person is not None:
            self._direct[conversation.person] = conversation
        self.memory.keep("conversation", conversation.id, conversation.as_record())

    # Messages

    def draft(self, given: Json, *, most: int | None = None) -> Draft:
        """Read the text and blocks of a message as this workspace can show them; raises SlackError."""
        draft = read_draft(given, most=most)
        problems = [problem for at, block in enumerate(draft.blocks) if (problem := self._unshowable(block, at))]
        if problems:
            raise SlackError("invalid_blocks", messages=problems, more={"errors": problems})
        return draft

    def _unshowable(self, block: Json, at: int) -> str | None:
        if block["type"] == "data_visualization" and "native_charts" in self.lacks:
            return f"unsupported type: data_visualization [json-pointer:/blocks/{at}/type]"
        within = [(f"/blocks/{at}", block), (f"/blocks/{at}/accessory", block.get("accessory", {}))]
        if block["type"] == "context":
            within += [(f"/blocks/{at}/elements/{place}", one) for place, one in enumerate(block["elements"])]
        for where, one in within:
            named = one.get("slack_file")
            if named is not None:
                file = self.files.get(named.get("id") or named.get("url", "").rpartition("/")[2])
                if file is None or not file.is_picture:
                    return f"invalid slack file [json-pointer:{where}/slack_file]"
        return None

    def say(self, message: Message) -> None:
        """Store a new message and let everybody concerned know."""
        self.conversations[message.channel].put(message)
        self._keep_message(message)
        kind = "message" if message.ephemeral_for is None else "ephemeral"
        concerned = message.ephemeral_for or message.user
        self.changes.add(kind, channel=message.channel, ts=message.ts, user=concerned)

    def rewrite(self, message: Message) -> None:
        """Let everybody concerned know that a stored message has another content now."""
        self._keep_message(message)
        concerned = message.ephemeral_for or message.user
        self.changes.add("changed", channel=message.channel, ts=message.ts, user=concerned)

    def remove(self, message: Message) -> None:
        self.conversations[message.channel].drop(message)
        self.memory.forget("message", f"{message.channel}:{message.ts}")
        self._duplicates.pop(message.channel, None)
        concerned = message.ephemeral_for or message.user
        what = {"ephemeral": True} if message.ephemeral_for else {}
        self.changes.add("deleted", channel=message.channel, ts=message.ts, user=concerned, **what)

    def message_object(self, message: Message, *, whole: bool = True) -> Json:
        return message.as_slack(self.app, self.team, metadata="all" if whole else "type")

    def new_id(self) -> str:
        """Answer a short name that was never given, for blocks and actions that came without one."""
        self._ids += 1
        self.memory.keep("workspace", "ids", self._ids)
        return _base36(self._ids * 1_000_003)

    # Reading

    def read(self, person: str, conversation: Conversation) -> list[Message]:
        """Answer what a person sees in a conversation, which counts as having read it."""
        shown = conversation.shown_to(person)
        last = conversation.order[-1] if conversation.order else ""
        if last and self._read_up_to.get(f"{person}:{conversation.id}") != last:
            self._read_up_to[f"{person}:{conversation.id}"] = last
            self.memory.keep("read", f"{person}:{conversation.id}", last)
        return shown

    def unread(self, person: str, conversation: Conversation) -> int:
        return conversation.newer_than(self._read_up_to.get(f"{person}:{conversation.id}", ""), person)

    def concerns(self, person: str | None) -> Callable[[Json], bool]:
        """Answer whether a change is one that person may see; everybody's eye sees all."""

        def visible(change: Json) -> bool:
            if person is None or change["type"] == "clock":
                return True
            if change["type"] in ("message", "changed", "deleted") and not self._is_whisper(change):
                conversation = self.conversations.get(change["channel"])
                return conversation is not None and conversation.seen_by(person)
            return bool(change.get("user") == person)

        return visible

    def counts_json(self) -> Json:
        for conversation in self.conversations.values():
            if conversation.id not in self._duplicates:
                self._duplicates[conversation.id] = duplicates(self._in_order(conversation))
        return {**self.counts.as_json(), "duplicates": sum(self._duplicates.values())}

    def _is_whisper(self, change: Json) -> bool:
        conversation = self.conversations.get(change["channel"])
        return bool(change.get("ephemeral")) or (conversation is not None and change["ts"] in conversation.whispers)

    def _keep_message(self, message: Message) -> None:
        self._duplicates.pop(message.channel, None)
        self.memory.keep("message", f"{message.channel}:{message.ts}", message.as_record())

    @staticmethod
    def _in_order(conversation: Conversation) -> Iterator[Message]:
        return (conversation.messages[ts] for ts in conversation.order)

    # Starting

    def _fill(self) -> None:
        """Take up what is remembered, then add what the configuration has besides."""
        for _, record in self.memory.all("person"):
            self.put_person(Person(**record))
        for person in (people.slackbot(), people.bot_person(self.app), *self.config.people):
            if person.id not in self.people:
                self.put_person(person)
            elif person.featured != self.people[person.id].featured:
                self.put_person(replace(self.people[person.id], featured=person.featured))
        for _, record in self.memory.all("conversation"):
            self.keep_conversation(Conversation(**record | {"members": dict.fromkeys(record["members"])}))
        self._open_channels()
        for _, record in self.memory.all("message"):
            message = Message(**record)
            self.conversations[message.channel].put(message)

    def _open_channels(self) -> None:
        everybody = [person.id for person in self.people.values() if self.human(person.id)]
        for setting in self.config.channels:
            if setting.id in self.conversations:
                continue
            members = everybody if setting.members is None else [self._named(email) for email in setting.members]
            self.keep_conversation(
                Conversation(
                    id=setting.id,
                    name=setting.name,
                    topic=setting.topic,
                    is_private=setting.is_private,
                    is_archived=setting.is_archived,
                    app_is_member=setting.app_is_member,
                    members=dict.fromkeys(members),
                    created=int(self.clock.now()),
                )
            )

    def _named(self, email: str) -> str:
        person = self.with_email(email)
        if person is None:
            raise ConfigError(f"channels: nobody has the e-mail address {email!r}")
        return person.id


def posted_digest(text: str, blocks: list[Json]) -> str:
    """Answer what makes two posts the same words."""
    return digest_text([text, blocks])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
