"""What is wrong with the settings, and where it stands: in the file, the environment or the arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.settings_tree import SLACK_SECRETS
from bot.yaml_source import ARGUMENTS, ENVIRONMENT, Fault, KeyPath, Mark, dotted, quoted, without_secrets
from rituals.messages import Text, say

SECRETS: frozenset[KeyPath] = frozenset(
    {*(("slack", name) for name in SLACK_SECRETS), ("teams", "app_password"), ("database", "url")}
)

KEEP_ONE = say("settings-do-keep-one")
"""What to do about two that say the same."""


@dataclass(slots=True)
class Findings:
    """Faults so far, with all that is needed to say where a value came from without saying a secret."""

    file: str
    marks: Mapping[KeyPath, Mark] = field(default_factory=dict)
    origins: dict[KeyPath, tuple[str, str]] = field(default_factory=dict)  # path -> (environment or arguments, name)
    secrets: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # what may well be meant, and is worth a look
    at_fault: set[KeyPath] = field(default_factory=set)

    def reported(self) -> tuple[Fault, ...]:
        """Every fault once, by file and line, with known secrets hidden."""
        return self._ordered(self.faults)

    def noted(self) -> tuple[Fault, ...]:
        """What is no fault and worth a look, in the same order."""
        return self._ordered(self.notes)

    def _ordered(self, found: Sequence[Fault]) -> tuple[Fault, ...]:
        order = {self.file: 0, ENVIRONMENT: 1, ARGUMENTS: 2}
        unique = {str(fault): fault for fault in (without_secrets(fault, self.secrets) for fault in found)}
        return tuple(
            sorted(
                unique.values(),
                key=lambda fault: (order.get(fault.file, 3), fault.line or 0, fault.column or 0, fault.key),
            )
        )

    def fault(self, path: KeyPath, problem: Text, cure: Text | None, *, at_key: bool = False) -> None:
        """Notes a fault of the value (or of the key) at `path`, where it was given; only the first of a path."""
        if path in self.at_fault:
            return
        self.at_fault.add(path)
        self.faults.append(self._placed(path, problem, cure, at_key=at_key))

    def note(self, path: KeyPath, problem: Text, cure: Text | None) -> None:
        if path not in self.at_fault:
            self.notes.append(self._placed(path, problem, cure, at_key=False))

    def _placed(self, path: KeyPath, problem: Text, cure: Text | None, *, at_key: bool) -> Fault:
        file, name = self._origin(path) or (self.file, dotted(path))
        line = column = None
        if file == self.file:
            line, column = self.place(path, at_key=at_key)
        return Fault(file=file, line=line, column=column, key=name, problem=problem, cure=cure)

    def _origin(self, path: KeyPath) -> tuple[str, str] | None:
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return None

    def place(self, path: KeyPath, *, at_key: bool) -> tuple[int, int]:
        """The place of `path`, or of the nearest section around it that the file holds."""
        for length in range(len(path), 0, -1):
            mark = self.marks.get(path[:length])
            if mark is not None:
                whole = length == len(path) and not at_key
                return mark.value if whole or mark.key is None else mark.key
        return 1, 1

    def hidden(self, path: KeyPath) -> bool:
        origin = self._origin(path)
        return path in SECRETS or (origin is not None and origin[0] == ENVIRONMENT)

    def quoted(self, path: KeyPath, value: object) -> Text:
        """The value as a fault may begin with it: never one from the environment, never a section."""
        if value is None or self.hidden(path) or isinstance(value, Mapping | list | tuple | SecretStr):
            return say("settings-this")
        return quoted(str(value).lower() if isinstance(value, bool) else value)

    def missing(self, path: KeyPath, asked: Text) -> None:
        problem = say("settings-key-missing", section=dotted(path[:-1]) or say("settings-the-file"))
        self.fault(path, problem, say("settings-do-add", name=str(path[-1]), wanted=asked))
