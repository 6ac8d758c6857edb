"""Pictures of charts for a workspace that draws none: each uploaded once, and named in every message that shows it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import pictures
from bot.charts import plot
from bot.i18n.translator import Translator
from bot.platforms.port import DeliveryError
from rituals.messages import Chart, Message

log = logging.getLogger(__name__)

Call = Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[dict[str, Any]]]
"""A paced call of a method, which raises DeliveryError."""

NAME = "chart.png"
"""What every file is called: names end up in addresses, and addresses in logs."""

KEPT = 500
"""How many pictures are remembered; one that is forgotten is uploaded again."""

LOOKS = (0.2, 0.4, 0.8, 1.6)
"""Seconds between looks at a file that Slack is still reading."""

NOT_FOR_US = {"missing_scope", "not_allowed_token_type", "file_uploads_disabled", "file_upload_size_restricted"}
"""Refusals of an upload that waiting does not lift: the chart is then put into words."""


class Pictures:
    """What one workspace is shown in the place of a chart. One for a process, so that a refusal is remembered.

    `native`: whether Slack draws charts here itself, as far as is known.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        call: Call,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._call = call
        self._sleep = sleep
        self._files: dict[str, str] = {}
        self._uploading = asyncio.Lock()
        self.native = True

    def refused(self) -> None:
        """The workspace took with pictures what it had not taken with charts of its own."""
        if self.native:
            self.native = False
            log.warning(
                "This workspace draws no charts yet: it is sent pictures until the next start.",
                extra={"action": "charts_as_pictures"},
            )

    def at_hand(self, message: Message, translator: Translator) -> list[str | None] | None:
        """The pictures of a message's charts as far as they are uploaded, for an answer that cannot wait.

        None where the workspace draws charts itself.
        """
        if self.native:
            return None
        return [self._files.get(_key(svg)) for svg in _drawn(_charts(message), translator)]

    async def of(self, message: Message, translator: Translator, *, rather_words: bool) -> list[str | None]:
        """The file of each chart of a message, uploaded where it is not yet; None for one that is put into words.

        `rather_words`: as uploads have failed before. Raises DeliveryError, never `unknown`: nothing was posted.
        """
        return [await self._file(svg, rather_words=rather_words) for svg in _drawn(_charts(message), translator)]

    async def settle(self, files: Sequence[str | None]) -> None:
        """Waits, not for long, until Slack has read the files."""
        for file in files:
            if file is not None:
                await self._read(file)

    def forget(self, files: Sequence[str | None]) -> None:
        """Slack does not know these files any more: they are uploaded again when they are next needed."""
        self._files = {key: file for key, file in self._files.items() if file not in files}

    async def _file(self, svg: str | None, *, rather_words: bool) -> str | None:
        if svg is None:
            return None
        # One at a time: rooms that show the same chart at the same moment share one upload.
        async with self._uploading:
            if (found := self._files.get(_key(svg))) is not None:
                return found
            try:
                file = await self._upload(svg)
            except DeliveryError as error:
                if error.permanent or error.why in NOT_FOR_US or rather_words:
                    log.warning("A picture could not be uploaded.", extra={"action": "no_picture", "why": error.why})
                    return None
                raise DeliveryError(error.why, retry_after=error.retry_after) from error
            if len(self._files) >= KEPT:
                del self._files[next(iter(self._files))]
            self._files[_key(svg)] = file
            return file

    async def _upload(self, svg: str) -> str:
        try:
            content = await asyncio.to_thread(pictures.png, svg)
        except (ImportError, ValueError) as error:
            log.exception("A chart could not be drawn.", extra={"action": "no_picture"})
            raise DeliveryError("not_drawn", permanent=True) from error
        place = await self._call(
            "files.getUploadURLExternal",
            lambda: self._client.files_getUploadURLExternal(filename=NAME, length=len(content)),
        )
        file = str(place["file_id"])
        await self._send(str(place["upload_url"]), content)
        await self._call(
            "files.completeUploadExternal", lambda: self._client.files_completeUploadExternal(files=[{"id": file}])
        )
        await self._read(file)
        return file

    async def _send(self, address: str, content: bytes) -> None:
        """Posts the bytes; the address is a secret, and in no message of an error."""
        session = self._client.session
        try:
            if session is not None:
                await _post(session, address, content)
            else:
                async with aiohttp.ClientSession() as own:
                    await _post(own, address, content)
        except (TimeoutError, OSError, aiohttp.ClientError):
            raise DeliveryError("upload_failed") from None

    async def _read(self, file: str) -> None:
        for seconds in LOOKS:
            try:
                answer = await self._call("files.info", lambda: self._client.files_info(file=file))
            except DeliveryError:
                # No right to look, or no answer: the message will tell.
                return
            # Empty until Slack has looked into the file, and until then no message may name it.
            if (answer.get("file") or {}).get("mimetype"):
                return
            await self._sleep(seconds)


async def _post(session: aiohttp.ClientSession, address: str, content: bytes) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    async with session.post(address, data=content, headers=headers) as answer:
        if answer.status != 200:
            raise DeliveryError("upload_failed")


def _charts(message: Message) -> list[Chart]:
    return [part for part in message.parts if isinstance(part, Chart)]


def _drawn(charts: Sequence[Chart], translator: Translator) -> list[str | None]:
    """The charts as SVG; None for one without a number."""
    plots = [plot(chart, translator) for chart in charts]
    return [None if each.is_empty else pictures.svg(each, translator) for each in plots]


def _key(svg: str | None) -> str:
    return sha256((svg or "").encode()).hexdigest()
