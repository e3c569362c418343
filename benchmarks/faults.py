"""Nothing typed is ever lost: a real browser types while things break, judged by a log outside the page.

::

    python benchmarks/faults.py [--rounds 1000] [--seed autumn] [--kinds cut server …] [--lanes 3]

A round: Chromium types known words into prompts of a real `actionlearn serve`, behind a small proxy;
with an edit in flight that nobody has acknowledged, something breaks; typing goes on; it is whole again.
Then every character that was typed must be in the store, once and in order, and on the page, which
says so. Each time the page says "saved", the store is asked at once whether that is true.

The seed decides what is typed, where, which fault comes when and how long it lasts. Lanes run side by
side, each with a server, a store and a browser profile of its own; a kernel, a full disk (a small tmpfs
as root, else a limit on the server's files) and PostgreSQL have one each. Exit code 1 where a character
was lost or doubled, or anything else was not as it must be.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from faults.kinds import KINDS
from faults.report import show, total
from faults.run import SPOILS, run_once


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000, help="rounds in all, shared by the kinds")
    parser.add_argument("--seed", default="autumn", help="any text")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--lanes", type=int, default=3, help="lanes of the kinds that have no place of their own")
    parser.add_argument("--log", type=Path, help="where to keep the log; it is thrown away else")
    parser.add_argument("--spoil", choices=SPOILS, default="", help="put a fault into the page: the judge must notice")
    given = parser.parse_args()
    start = time.monotonic()

    def tell(done: int) -> None:
        if sys.stderr.isatty() or done % 50 == 0:
            print(f"\r{done} of {given.rounds} rounds, {time.monotonic() - start:.0f} s", end="", file=sys.stderr)

    tallies = run_once(given.rounds, given.seed, given.kinds, given.lanes, given.log, tell, given.spoil)
    print(file=sys.stderr)
    show(tallies)
    print(f"seed {given.seed}, {given.lanes} lanes, {time.monotonic() - start:.0f} s")
    whole = total(tallies)
    return int(bool(whole.lost or whole.doubled or whole.wrong))


if __name__ == "__main__":
    sys.exit(main())
