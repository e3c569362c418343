"""One ordinary and one live workbook in stock Voilà and stock JupyterLab: prompts shown, answers saved and restored."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actionlearn.store import open_store
from actionlearn.store.people.members import person_by_username
from actionlearn.store.workbooks.drafts import drafts
from actionlearn.store.workbooks.workbooks import workbooks_of

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
SLOW = 90_000  # ms; a kernel starts cold


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, url: str, *command: str) -> Iterator[str]:
    """Run a stock program in a folder until it answers; end it afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONLEARN")}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / ".config"), "IPYTHONDIR": str(folder / ".ipython")}
    log = (folder / "log.txt").open("w")
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, (folder / "log.txt").read_text()
            assert time.monotonic() < deadline, (folder / "log.txt").read_text()
            try:
                urllib.request.urlopen(url, timeout=60).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def workbook(folder: Path, template: str) -> Path:
    """Put a workbook into a folder of its own."""
    return Path(shutil.copy(WORKBOOKS / f"{template}.ipynb", folder))


def stored(folder: Path, prompt: str) -> object:
    """Return what the practice folder holds."""
    with open_store(folder / "actionlearn-practice") as store:
        me = store.read(lambda c: person_by_username(c, "me"))
        assert me is not None
        book = store.read(lambda c: workbooks_of(c, owner=me.id))[0]
        return store.read(partial(drafts, workbook=book.id))[prompt].value


def saved(page: Page, prompt: str) -> None:
    """Wait until a prompt says when it was saved."""
    line = page.locator(f"[data-prompt={prompt}] .al-state")
    expect(line).to_have_text(re.compile("Saved \\d"), timeout=20_000)


def write_and_find_again(page: Page, folder: Path, again: Callable[[], None]) -> None:
    """Answer a prompt of scope; run the notebook again; the answer is there."""
    need = page.locator("[data-prompt=need] textarea")
    expect(need).to_be_visible(timeout=SLOW)
    need.press_sequentially("Wait less")
    saved(page, "need")
    assert stored(folder, "need") == "Wait less"
    need.evaluate("each => (each.dataset.before = 1)")
    again()
    expect(page.locator("[data-prompt=need] textarea:not([data-before])")).to_have_value("Wait less", timeout=SLOW)


def count_and_look(page: Page, folder: Path) -> None:
    """Answer the table of impact; the live cell's picture is drawn from it."""
    cell = page.locator("[data-prompt=figures] [data-column=count]").first
    expect(cell).to_be_visible(timeout=SLOW)
    live = page.locator(".al-live")
    expect(live.first).to_contain_text("No counts yet", timeout=SLOW)
    page.locator("[data-prompt=figures] [data-column=on]").first.fill("2026-10-05")
    cell.fill("12")
    saved(page, "figures")
    expect(live.locator("img").first).to_have_attribute("alt", re.compile("12 on 5 October 2026"), timeout=20_000)
    assert stored(folder, "figures")


def try_and_decide(page: Page, folder: Path) -> None:
    """Answer what opens the rest; a prediction is closed once the try runs; a card moves by its button."""
    state = page.locator("[data-prompt=state]")
    expect(state).to_be_visible(timeout=SLOW)
    prediction = page.locator("[data-prompt=prediction]")
    expect(prediction).to_be_hidden()
    state.get_by_label("I am thinking it out").check()
    prediction.locator("textarea").fill("Four of ten will answer")
    page.locator("[data-prompt=attempt] textarea").fill("Call before the letter")
    saved(page, "prediction")
    card = page.locator(".al-card", has_text="Call before the letter")
    expect(card).to_be_visible(timeout=20_000)
    expect(prediction.locator(".al-locked")).to_be_hidden()
    state.get_by_label("It is running").check()
    expect(prediction.locator(".al-locked")).to_be_visible()
    expect(prediction.locator("textarea")).to_have_js_property("readOnly", True)
    prediction.get_by_role("link", name="Add a later thought").click()
    expect(page.locator("[data-prompt=second_thought] textarea")).to_be_focused()
    button = card.get_by_role("button", name="More of it")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true", timeout=20_000)
    expect(button).to_be_focused()
    assert stored(folder, "next") == "amplify"


STEPS = {"scope": None, "impact": count_and_look, "experiment": try_and_decide}


@pytest.mark.slow
@pytest.mark.parametrize(
    "template", [each if each == "experiment" else pytest.param(each, marks=pytest.mark.slow) for each in STEPS]
)
def test_stock_voila(page, tmp_path, template):
    """`voila FILE.ipynb` shows the prompts, saves answers beside the notebook, and has them again."""
    port = free_port()
    path = workbook(tmp_path, template)
    options = (f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1")
    with serving(tmp_path, f"http://127.0.0.1:{port}/", "voila", path.name, *options) as url:
        page.goto(url, timeout=SLOW)
        if steps := STEPS[template]:
            steps(page, tmp_path)
        else:
            write_and_find_again(page, tmp_path, lambda: page.reload(timeout=SLOW) and None)


def run_all(page: Page) -> None:
    """Choose Run All Cells from the menu, as a person does."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@pytest.mark.parametrize(
    "template",
    ["scope", pytest.param("impact", marks=pytest.mark.slow), pytest.param("experiment", marks=pytest.mark.slow)],
)
def test_stock_jupyterlab(page, tmp_path, template):
    """In JupyterLab, Run All shows the prompts, saves answers beside the notebook, and has them again."""
    port = free_port()
    path = workbook(tmp_path, template)
    options = (f"--port={port}", "--no-browser", "--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token=")
    with serving(tmp_path, f"http://127.0.0.1:{port}/api", "jupyterlab", *options):
        page.goto(f"http://127.0.0.1:{port}/lab/tree/{path.name}", timeout=SLOW)
        expect(page.locator(".jp-Notebook")).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=SLOW)
        run_all(page)
        if steps := STEPS[template]:
            steps(page, tmp_path)
        else:
            write_and_find_again(page, tmp_path, lambda: run_all(page))
