"""A short run of `benchmarks/faults.py`: whatever breaks, every character is in the store, once, in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .small_server import SmallServer

FAULTS = Path(__file__).parents[2] / "benchmarks" / "faults.py"


def faults(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark."""
    command = [sys.executable, str(FAULTS), "--seed", "spring", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_nothing_typed_is_lost_when_things_break():
    """Server and kernel killed, network cut, delayed, doubled, replies lost, tabs gone, disk full, store locked."""
    kinds = ["kernel", "server", "cut", "delayed", "duplicated", "lost-reply", "reloaded", "closed", "full", "locked"]
    run = faults("--rounds", "10", "--lanes", "2", "--kinds", *kinds)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.postgresql
def test_nothing_typed_is_lost_when_postgresql_restarts(postgresql: str):
    """Both ways: as an upgrade does it, as a crash does."""
    run = faults("--rounds", "4", "--kinds", "postgresql")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "kind", "told"),
    [("keeps-nothing", "reloaded", "typed"), ("says-early", "cut", "said to be saved")],
)
def test_the_judge_notices(spoil: str, kind: str, told: str):
    """A page that keeps nothing on the device, or says "saved" too early, does not pass."""
    run = faults("--rounds", "6", "--lanes", "1", "--kinds", kind, "--spoil", spoil)
    assert run.returncode == 1, run.stdout + run.stderr
    assert told in run.stdout


#: Types as fast as a page can hear it, so that the device still writes when the tab goes.
TYPE = """(area, text) => { for (const letter of text) {
  area.value += letter; area.dispatchEvent(new Event("input", { bubbles: true })) } }"""


def test_the_last_key_before_a_tab_closes_is_on_the_device(device, tmp_path: Path, until):
    """Closed within the millisecond, with no network: every key is there at the next visit."""
    kit, context, typed = SmallServer(tmp_path), device(), ""
    for word in ("one", "two", "three"):
        kit.failing = ""
        page = context.new_page()
        page.goto(kit.url)
        until(lambda words=typed: (kit.value("need") or "") == words)
        area = page.locator("#p-need textarea")
        expect(area).to_have_value(typed)
        kit.failing = "down"
        area.evaluate(TYPE, word * 20)
        page.close()
        typed += word * 20
    kit.failing = ""
    context.new_page().goto(kit.url)
    until(lambda: kit.value("need") == typed)
    kit.close()


def test_words_that_are_in_the_page_already_are_saved_though_their_reply_is_lost_again(page, tmp_path: Path):
    """A repeat that finds the words in the store ends the waiting, also at its second try."""
    kit = SmallServer(tmp_path)
    page.goto(kit.url)
    kit.failing = "drop"
    page.locator("#p-need textarea").fill("Wait less")
    state = page.locator("#p-need-state")
    expect(state).to_have_attribute("data-state", "waiting")
    page.reload()
    expect(state).to_have_attribute("data-state", "waiting")
    kit.failing = ""
    expect(state).to_have_attribute("data-state", "saved", timeout=15_000)
    assert kit.value("need") == "Wait less"
    kit.close()
