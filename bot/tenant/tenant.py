"""The tenant itself: who is in it, who has the app, which conversations there are, and how messages come and change."""

from collections.abc import Callable

from bot.local.changes import Changes
from bot.local.clock import Clock
from bot.local.config import ConfigError, made_id
from bot.local.counts import Counts
from bot.local.json_types import Json, compact
from bot.local.memory import Forgetful
from bot.tenant.config import Chat, Config, Person, Team
from bot.tenant.conversations import Conversation, Message
from bot.tenant.errors import Refused

NAMES = (
    "posts_sent",
    "edits",
    "deletes",
    "conversations_created",
    "invokes",
    "unacknowledged",
    "interrupted",
    "server_errors",
    "refused_activities",
    "bad_answers",
    "rate_limited",
    "conflicts",
    "refused_calls",
    "duplicates",
    "text_with_card",
    "too_new_cards",
    "large_cards",
)
"""What is counted; of the last four, which nothing ever refuses, a sound app has none."""


class Tenant:
    """Everything is in memory, indexed by ids; nothing outlives the process."""

    def __init__(self, config: Config) -> None:
        memory = Forgetful()
        self.config = config
        self.app = config.app
        self.url = ""
        self.clock = Clock(config.clock, memory)
        self.changes = Changes(memory)
        self.counts = Counts(memory, NAMES)
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {team.id: team for team in config.teams}
        self.team_members: dict[str, dict[str, None]] = {}
        self.chats: dict[str, Chat] = {chat.id: chat for chat in config.chats}
        self.chat_members: dict[str, tuple[str, ...]] = {}
        self.conversations: dict[str, Conversation] = {}
        self.installed: set[str] = set()
        """Whoever and whatever has the app: Entra's ids of people, ids of teams and chats."""
        self.left: set[str] = set()
        """People who took the app away: even a team that has it reaches them no more."""
        self.blocked: set[str] = set()
        self.disabled = False
        """By an administrator, for everybody."""
        self.consents = set(config.app.consents)
        self.directory_changes: list[str] = []
        """Entra's ids in the order in which something about them changed."""
        self.directory_epoch = 0
        """What was told before it began is told no more."""
        self._by_user: dict[str, str] = {}
        self._by_mail: dict[str, str] = {}
        self._last_id = 0
        self._fill()

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    # People

    def put_person(self, person: Person) -> None:
        before = self.people.get(person.id)
        if before is not None:
            self._by_user.pop(before.user, None)
            self._by_mail.pop(before.mail.lower(), None)
        elif person.installed:
            self.installed.add(person.id)
        self.people[person.id] = person
        self._by_user[person.user] = person.id
        self._by_mail[person.mail.lower()] = person.id
        self.directory_changes.append(person.id)

    def remove_person(self, person: Person) -> None:
        del self.people[person.id], self._by_user[person.user], self._by_mail[person.mail.lower()]
        self.installed.discard(person.id)
        for members in self.team_members.values():
            members.pop(person.id, None)
        self.directory_changes.append(person.id)

    def person(self, name: str) -> Person | None:
        """Answer somebody by Entra's id or by the app's own name for them."""
        return self.people.get(name) or self.people.get(self._by_user.get(name, ""))

    def with_mail(self, mail: str) -> Person | None:
        return self.people.get(self._by_mail.get(mail.lower(), ""))

    def members(self, conversation: Conversation) -> list[Person]:
        """Answer who is in a conversation, in the order in which they came."""
        if conversation.kind == "personal":
            names: list[str] = [conversation.person]
        elif conversation.kind == "channel":
            names = list(self.team_members[conversation.team])
        else:
            names = list(self.chat_members[conversation.id])
        return [self.people[name] for name in names if name in self.people]

    def is_in(self, person: str, conversation: Conversation) -> bool:
        if conversation.kind == "personal":
            return conversation.person == person
        if conversation.kind == "channel":
            return person in self.team_members[conversation.team]
        return person in self.chat_members[conversation.id]

    # Conversations

    def personal(self, person: str) -> Conversation:
        """Answer the conversation between a person and the app, opened if it was not."""
        name = "a:1" + made_id("", f"{person} and {self.app.bot}")
        found = self.conversations.get(name)
        if found is None:
            found = self.conversations[name] = Conversation(id=name, kind="personal", person=person)
        return found

    def chat_id(self, person: str) -> str:
        """Answer Graph's name for that conversation, which the connector knows too."""
        return f"19:{person}_{self.app.app_id}@unq.gbl.spaces"

    def conversation(self, name: str) -> tuple[Conversation, str | None]:
        """Answer a conversation, and the thread of a channel, by the name the app uses; raises Refused."""
        plain, _, thread = name.partition(";messageid=")
        found = self.conversations.get(plain)
        if found is None and plain.endswith("@unq.gbl.spaces"):
            person = plain.removeprefix("19:").partition("_")[0]
            if person in self.people and plain == self.chat_id(person):
                found = self.personal(person)
        if found is None:
            raise Refused.coded(404, "ConversationNotFound", "Conversation not found.")
        return found, thread or None

    def require_reachable(self, conversation: Conversation) -> None:
        """Raises Refused where the app may neither write nor ask."""
        if self.disabled:
            raise Refused.coded(403, "BotDisabledByAdmin", "The bot is disabled by the tenant admin.")
        if conversation.kind == "personal":
            self.require_person(conversation.person)
        elif (conversation.team or conversation.id) not in self.installed:
            raise not_in_roster()

    def require_person(self, person: str) -> None:
        """Raises Refused where a person has the app neither alone nor in a team or chat, took it away or blocks it."""
        if person in self.blocked:
            raise Refused.coded(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
        if person in self.installed:
            return
        together = (
            *(name for name, members in self.team_members.items() if person in members),
            *(name for name, members in self.chat_members.items() if person in members),
        )
        if person in self.left or person not in self.people or self.installed.isdisjoint(together):
            raise not_in_roster()

    # Messages

    def say(
        self,
        conversation: Conversation,
        author: str,
        activity: Json,
        *,
        thread: str | None = None,
        raw: bytes | None = None,
    ) -> Message:
        """Store a new message and let everybody concerned know; `raw` is the activity as it came."""
        now = self.clock.now()
        self._last_id = max(self._last_id + 1, int(now * 1000))
        name = str(self._last_id)
        message = Message(
            id=name,
            conversation=conversation.id,
            thread=thread or name,
            author=author,
            raw=raw or compact(activity).encode(),
            at=now,
        )
        conversation.messages[name] = message
        if author == self.app.bot:
            if conversation.says_again([thread, activity.get("text"), activity.get("attachments")], now):
                self.counts.add("duplicates")
        else:
            conversation.said_lately.clear()
        self.changes.add("message", conversation=conversation.id, id=name)
        return message

    def rewrite(self, conversation: Conversation, message: Message, raw: bytes) -> None:
        """Give a message another content for everybody: whatever stood for somebody alone goes."""
        message.raw, message.edited = raw, True
        message.views.clear()
        self.changes.add("changed", conversation=conversation.id, id=message.id)

    def show_alone(self, message: Message, person: str, card: Json) -> None:
        """Put a card in the message's place for one person only."""
        message.views[person] = card
        self.changes.add("changed", conversation=message.conversation, id=message.id, user=person)

    def remove(self, conversation: Conversation, message: Message) -> None:
        del conversation.messages[message.id]
        self.changes.add("deleted", conversation=conversation.id, id=message.id)

    def concerns(self, person: str | None) -> Callable[[Json], bool]:
        """Answer whether a change is one that person may see; everybody's eye sees all."""

        def visible(change: Json) -> bool:
            if person is None or "conversation" not in change:
                return person is None or change.get("user") in (None, person)
            if "user" in change:
                return bool(change["user"] == person)
            return self.is_in(person, self.conversations[change["conversation"]])

        return visible

    # Starting

    def _fill(self) -> None:
        for person in self.config.people:
            self.put_person(person)
        everybody = list(self.people)
        for team in self.config.teams:
            members = everybody if team.members is None else [self._named(mail) for mail in team.members]
            self.team_members[team.id] = dict.fromkeys(members)
            if team.installed:
                self.installed.add(team.id)
            for channel in team.channels:
                self.conversations[channel.id] = Conversation(
                    id=channel.id, kind="channel", name=channel.name, team=team.id
                )
        for chat in self.config.chats:
            self.chat_members[chat.id] = tuple(self._named(mail) for mail in chat.members)
            if chat.installed:
                self.installed.add(chat.id)
            self.conversations[chat.id] = Conversation(id=chat.id, kind="groupChat", name=chat.name)

    def _named(self, mail: str) -> str:
        person = self.with_mail(mail)
        if person is None:
            raise ConfigError(f"teams and chats: nobody has the e-mail address {mail!r}")
        return person.id


def not_in_roster() -> Refused:
    return Refused.coded(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
