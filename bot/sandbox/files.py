"""Files that the app uploaded: their bytes, and whether a picture of them can be shown already."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass

from bot.local.json_types import Json
from bot.local.memory import Memory

LARGEST = 4 * 1024 * 1024
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(slots=True, kw_only=True)
class File:
    """A file: announced, then received, then completed. `unread`: so many looks at it still find it unprocessed."""

    id: str
    name: str
    length: int
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes = b""
    complete: bool = False
    unread: int = 0

    @property
    def mimetype(self) -> str:
        """What its first bytes say it is; nothing before it was looked at."""
        if not self.complete or self.unread:
            return ""
        found = (kind for start, kind in _PICTURES.items() if self.content.startswith(start))
        return next(found, "application/octet-stream")

    @property
    def is_picture(self) -> bool:
        return self.mimetype.startswith("image/")

    def as_record(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "length": self.length,
            "created": self.created,
            "title": self.title,
            "alt_text": self.alt_text,
            "content": b64encode(self.content).decode(),
            "complete": self.complete,
        }

    def as_slack(self, user: str, url: str) -> Json:
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.mimetype.rpartition("/")[2],
            "user": user,
            "mode": "hosted",
            "size": len(self.content),
            "alt_txt": self.alt_text,
            "is_public": False,
            "url_private": f"{url}/files/{self.id}",
            "channels": [],
            "groups": [],
            "ims": [],
            "shares": {},
        }


class Files:
    """Every file of the workspace, and the addresses that still wait for bytes."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._expected: dict[str, File] = {}
        self._all = {
            name: File(**record | {"content": b64decode(record["content"])}) for name, record in memory.all("file")
        }

    def expect(self, file: File) -> str:
        """Answer the name of the address that takes the file's bytes, once."""
        ticket = secrets.token_urlsafe(18)
        self._expected[ticket] = file
        self._all[file.id] = file
        return ticket

    def receive(self, ticket: str, content: bytes) -> bool:
        """Take a file's bytes in; whether the address was known and the length the one announced."""
        file = self._expected.get(ticket)
        if file is None or len(content) != file.length:
            return False
        del self._expected[ticket]
        file.content = content
        return True

    def complete(self, file: File) -> None:
        file.complete = True
        self._memory.keep("file", file.id, file.as_record())

    def get(self, name: str) -> File | None:
        return self._all.get(name)
