"""A chat platform that answers at once: a process of its own, as bare as HTTP/1.1 allows, on loopback."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

HERE = "http://here.invalid"


class Stub(asyncio.Protocol):
    """One connection: reads whole requests and answers each from memory."""

    def __init__(self, answers: Mapping[str, object], numbers: count[int]) -> None:
        self._answers = answers
        self._numbers = numbers
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody calls."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every request that is whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end])
            length = 0
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if len(self._read) < end + 4 + length:
                return
            del self._read[: end + 4 + length]
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            answer = self._answers.get(path) or self._answers.get("*")
            answer = answer or {"ok": True, "channel": "D1", "ts": f"1.{next(self._numbers):06}"}
            body = json.dumps(answer).encode()
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )


@asynccontextmanager
async def stub(directory: Path, answers: str = "{}") -> AsyncIterator[str]:
    """The stub in a process of its own, with these answers (JSON: path, or * for any -> answer); its address.

    `HERE` in the answers stands for that address.
    """
    file = directory / "stub.json"
    file.write_text(answers, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.stub", str(file), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _serve(given: str) -> None:
    answers: dict[str, object] = {}
    numbers = count(1)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(lambda: Stub(answers, numbers), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    answers |= json.loads(given.replace(HERE, address))
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]).read_text(encoding="utf-8")))
