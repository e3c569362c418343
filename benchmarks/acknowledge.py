"""How long an acknowledgement takes, from a save to the commit that holds it.

::

    python benchmarks/acknowledge.py [--seconds 5] [--postgresql postgresql://…]

Each writer is a learner who types into a workbook of their own: a message, its acknowledgement, a rest,
the next. All writers together aim at the rate that is shown; "as fast as it goes" has no rest. Beside
the figures stands what one fsync of this disk takes: no honest acknowledgement is faster.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.records import Saved
from actionlearn.store.workbooks import drafts, workbooks

WRITERS = (1, 50, 200)
WORDS = "What needs to change that nobody has managed to change? " * 4


def fsync_times(folder: Path, count: int = 200) -> list[float]:
    """Append a page to a file and wait for the disk, again and again."""
    taken = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - start)
    return taken


def prepare(store: Store, writers: int) -> list[tuple[str, str]]:
    """Give every writer a workbook."""

    def act(c):
        cohort = f"bench-{uuid4()}"
        members.put_cohort(c, id=cohort, name=cohort)
        people = [members.add_person(c, username=f"{cohort}-{n}") for n in range(writers)]
        more = {"template": "scope", "template_hash": "", "locale": "en", "number": 1, "title": "", "path": ""}
        return [(workbooks.add_workbook(c, cohort=cohort, owner=each.id, **more).id, each.id) for each in people]

    return store.write(act)


async def write(store: Store, workbook: str, person: str, rest: float, until: float) -> list[float]:
    """Type until the time is over; return how long each acknowledgement took."""
    client, base, taken = str(uuid4()), 0, []
    await asyncio.sleep(rest * (hash(client) % 1000) / 1000)
    while time.perf_counter() < until:
        start = time.perf_counter()
        message = {"workbook": workbook, "prompt": "need", "person": person, "client": client, "base": base}
        value = WORDS + str(base)
        reply = await store.awrite(lambda c, m=message, v=value: drafts.save(c, **m, seq=m["base"] + 1, value=v))
        taken.append(time.perf_counter() - start)
        assert isinstance(reply, Saved)
        base = reply.version
        await asyncio.sleep(max(0.0, rest - taken[-1]))
    return taken


async def measure(store: Store, writers: int, rate: float, seconds: float) -> list[float]:
    """Let some writers type at a rate between them, 0 for as fast as it goes."""
    books = prepare(store, writers)
    rest = writers / rate if rate else 0.0
    until = time.perf_counter() + seconds
    return [
        taken for some in await asyncio.gather(*(write(store, *book, rest, until) for book in books)) for taken in some
    ]


def line(name: str, taken: list[float], seconds: float) -> list[str]:
    """Say it in milliseconds."""
    cuts = statistics.quantiles(taken, n=100)
    return [name, f"{len(taken) / seconds:.0f}", *(f"{1000 * t:.2f}" for t in (cuts[49], cuts[98], max(taken)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each row is measured")
    parser.add_argument("--rate", type=float, default=200.0, help="acknowledgements per second asked for in all")
    parser.add_argument("--folder", type=Path, help="where the SQLite file goes; a temporary folder else")
    parser.add_argument("--postgresql", default="", help="address of a PostgreSQL to measure too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        table = Table("", "per second", "p50 ms", "p99 ms", "longest ms")
        disk = fsync_times(Path(folder))
        table.add_row(*line("one fsync of 4 KiB", disk, sum(disk)), end_section=True)
        places = {"SQLite": ""} | ({"PostgreSQL": given.postgresql} if given.postgresql else {})
        for name, url in places.items():
            with open_store(Path(folder), url) as store:
                for rate in (given.rate, 0.0):
                    for writers in WRITERS:
                        taken = asyncio.run(measure(store, writers, rate, given.seconds))
                        pace = f"{rate:.0f}/s asked" if rate else "as fast as it goes"
                        table.add_row(*line(f"{name}, {writers} writers, {pace}", taken, given.seconds))
            table.add_section()
        Console().print(table)


if __name__ == "__main__":
    main()
