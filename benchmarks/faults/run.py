"""Rounds in lanes: one schedule for a seed, one browser for all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from playwright.async_api import Browser, Error, async_playwright

from faults import kinds
from faults.lane import Lane
from faults.places import Cluster, Place, SmallDisk
from faults.proxy import Weather

#: No background network of the browser's own.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: What the page's module does wrong when it is spoilt, to see that the judge notices: old text, new text.
SPOILS = {
    "keeps-nothing": ("put: (record) => device.act(", "put: (record) => Promise.resolve() || device.act("),
    "says-early": ("    this.busy = true;\n", '    this.busy = true;\n    this.become("saved");\n'),
}

#: Kinds that have a place of their own; the others share the plain lanes.
OWN = {"kernel": Place, "server": Place, "full": SmallDisk.mounted, "postgresql": Cluster}


@dataclass
class Tally:
    """What one kind came to."""

    rounds: int = 0
    in_flight: int = 0
    edits: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    late: int = 0
    recovery: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.recovery) if self.recovery else float("nan")


def schedule(names: list[str], rounds: int, seed: str, lanes: int) -> list[tuple[str, list[str]]]:
    """Return lanes by place with their rounds, each kind as often as the others."""
    each = [name for n in range(rounds) for name in [names[n % len(names)]]]
    plan = [(name, [kind for kind in each if kind == name]) for name in OWN if name in names]
    plain = [kind for kind in each if kind not in OWN]
    random.Random(seed).shuffle(plain)
    plan += [(f"plain-{n}", plain[n::lanes]) for n in range(lanes)]
    return [(place, rounds) for place, rounds in plan if rounds]


async def one_round(lane: Lane, kind: str, tally: Tally) -> None:
    """Type, let it happen, wait until all is saved, judge."""
    if kind == "kernel":
        await kinds.kernel_runs(lane)
    lane.wrong.clear()
    lane.edits = 0
    flying = await lane.into_flight()
    lane.note("fault", kind=kind, in_flight=lane.in_flight())
    gone = await kinds.KINDS[kind][1](lane)
    lane.note("over", kind=kind)
    if await lane.settled(lane.patience):
        tally.recovery.append(time.monotonic() - gone)
        lane.note("settled", kind=kind, after=round(tally.recovery[-1], 3))
    else:
        tally.late += 1
        lane.complain(f"not settled after {lane.patience:.0f} s: {await lane.unsettled()}")
        await lane.next_visit()
        await lane.settled(lane.patience)
    acknowledged = sum(not sheet.in_flight for sheet in lane.sheets[lane.book].values())
    tally.acknowledged += lane.edits if acknowledged == len(lane.sheets[lane.book]) else 0
    lost, doubled = await lane.judge()
    tally.rounds += 1
    tally.in_flight += bool(flying)
    tally.edits += lane.edits
    tally.lost += lost
    tally.doubled += doubled
    tally.wrong += [f"{kind}, lane {lane.name}, round {tally.rounds}: {each}" for each in lane.wrong]
    await lane.begin_again()


async def come_back(lane: Lane) -> None:
    """Visit again after a round that did not go as planned, and judge what is there."""
    lane.proxy.weather = Weather()
    with contextlib.suppress(Error):
        await lane.page.close()
    await lane.visit(lane.book)
    await lane.settled(lane.patience)
    await lane.judge()


async def one_lane(name: str, rounds: list[str], browser: Browser, given: Given, tallies: dict[str, Tally]) -> None:
    """Do the rounds of a lane, then visit once more: page, store and log must agree."""
    folder = given.folder / name
    folder.mkdir()
    spoil = SPOILS.get(given.spoil)
    lane = Lane(name, OWN.get(name, Place)(folder), random.Random(f"{given.seed}/{name}"), given.log, spoil)
    if name == "kernel":
        lane.book = "impact"
    try:
        await lane.open(browser)
        for kind in rounds:
            try:
                await one_round(lane, kind, tallies[kind])
            except (Error, AssertionError, TimeoutError) as error:  # the round is not judged as good
                tallies[kind].wrong.append(f"{kind}, lane {name}: {str(error).splitlines()[:1]} {lane.wrong}")
                await come_back(lane)
            if given.tell:
                given.tell(sum(tally.rounds for tally in tallies.values()))
        lane.wrong.clear()
        await lane.next_visit()
        if not await lane.settled(lane.patience):
            lane.complain("page, store and log do not agree at the last visit")
        lost, doubled = await lane.judge()
        last = tallies[rounds[-1]]
        last.lost, last.doubled = last.lost + lost, last.doubled + doubled
        last.wrong += lane.wrong
    except Exception as error:  # the other lanes go on; this one's rounds are missing in the table
        tallies[rounds[0]].wrong.append(f"lane {name} ended: {type(error).__name__} {error} {lane.wrong}")
    finally:
        await lane.close()


@dataclass
class Given:
    """What was asked for."""

    rounds: int
    seed: str
    names: list[str]
    lanes: int
    folder: Path
    log: IO[str]
    chromium: str | None
    tell: object = None
    spoil: str = ""


async def run(given: Given, tallies: dict[str, Tally]) -> None:
    """Do all rounds, and count what each kind comes to."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=given.chromium, args=FLAGS)
        plan = schedule(given.names, given.rounds, given.seed, given.lanes)
        async with asyncio.TaskGroup() as group:
            for name, rounds in plan:
                group.create_task(one_lane(name, rounds, browser, given, tallies))
        await browser.close()


def run_once(
    rounds: int, seed: str, names: list[str], lanes: int, log: Path | None, tell: object, spoil: str
) -> dict[str, Tally]:
    """Do it in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="al-faults-"))
    folder.chmod(0o755)
    chromium = os.environ.get("ACTIONLEARN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    tallies = {name: Tally() for name in names}
    try:
        with (log or folder / "log.jsonl").open("w", encoding="utf-8") as file:
            given = Given(rounds, seed, names, lanes, folder, file, chromium, tell, spoil)
            asyncio.run(run(given, tallies))
    except KeyboardInterrupt:
        print("Stopped: this is what was done until then.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tallies
