"""The network in between: one request a connection, and the ways a network fails."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass

_GONE = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass
class Weather:
    """How the network is."""

    cut: bool = False  # no connection holds, none is made
    unheard: bool = False  # saves do not arrive
    lost: float = 0.0  # part of the replies to saves that do not arrive, though the saves did
    delay: tuple[float, float] = (0.0, 0.0)  # seconds before a save goes on, and again before its reply does
    twice: tuple[float, float] | None = None  # seconds after which a save is sent once more


class Proxy:
    """Listens on a port of its own, and hands on to the server's."""

    def __init__(self, upstream: int, rng: random.Random) -> None:
        self.upstream = upstream
        self.rng = rng
        self.weather = Weather()
        self.port = 0
        self.saves = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._later: set[asyncio.Task] = set()

    async def start(self) -> Proxy:
        self._server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self._server.close()
        self.hang_up()
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    def hang_up(self) -> None:
        """Break every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        mine = asyncio.current_task()
        assert mine is not None
        self._later.add(mine)
        try:
            if not self.weather.cut:
                await self._one(reader, writer)
        except (*_GONE, asyncio.CancelledError):  # the end of the run is one more end of a connection
            writer.transport.abort()
        finally:
            self._open.discard(writer)
            self._later.discard(mine)
            if self.weather.cut:
                writer.transport.abort()
            with contextlib.suppress(*_GONE):
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:]) if name}
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("upgrade"):
            return await self._tunnel(head, reader, writer)
        kept = [line for line in lines if line and not line.lower().startswith("connection:")]
        request = "\r\n".join([*kept, "Connection: close", "", ""]).encode("latin-1") + body
        reply = await (self._save(request) if lines[0].startswith("PUT ") else self._ask(request))
        if reply is None or self.weather.cut:
            return writer.transport.abort()
        writer.write(reply)
        return await writer.drain()

    async def _save(self, request: bytes) -> bytes | None:
        """Hand on a save; None where its reply is not to arrive."""
        weather = self.weather
        self.saves += 1
        if weather.unheard:
            return None
        if any(weather.delay):
            await asyncio.sleep(self.rng.uniform(*weather.delay) * self.rng.choice((0, 1)))
        if weather.twice:
            again = asyncio.create_task(self._again(request, self.rng.uniform(*weather.twice)))
            self._later.add(again)
            again.add_done_callback(self._later.discard)
        reply = await self._ask(request)
        if any(weather.delay):
            await asyncio.sleep(self.rng.uniform(*weather.delay) * self.rng.choice((0, 1)))
        return None if self.rng.random() < weather.lost else reply

    async def _again(self, request: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(*_GONE):
            await self._ask(request)

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(request)
            await writer.drain()
            reply = await reader.read(-1)
        finally:
            writer.close()
        if not reply:
            raise EOFError
        return reply

    async def _tunnel(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.upstream)
        back.write(head)

        async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            with contextlib.suppress(*_GONE):
                while data := await source.read(65536):
                    sink.write(data)
                    await sink.drain()
            sink.transport.abort()

        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))
