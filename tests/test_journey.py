"""The whole way, once: from a roster file to the comment beside the prompt, in Chromium, as three people."""

from __future__ import annotations

import csv
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

EXAMPLE = Path(__file__).parents[1] / "examples" / "autumn"

Device = Callable[..., BrowserContext]
pytestmark = pytest.mark.browser


def command() -> list[str]:
    """Find the command as it is installed, beside the Python that runs the tests."""
    beside = Path(sys.executable).with_name("actionlearn")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "actionlearn"]


def run(*arguments: str | Path) -> str:
    """Run the command to its end and return what it printed."""
    done = subprocess.run([*command(), *map(str, arguments)], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Installation:
    """A data folder and the server on it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command(), "serve", "--data", self.data, "--port", str(self.port)], stdout=log, stderr=log
            )
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {self.log.read_text()}")

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.log.read_text()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Build the example cohort from its roster file, and serve it."""
    shutil.copytree(EXAMPLE, tmp_path / "autumn")
    made = Installation(tmp_path)
    run("cohort", "build", tmp_path / "autumn" / "programme.toml", "--data", made.data)
    made.start()
    yield made
    if made.process and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def sign_in(device: Device, link: str, **options: object) -> Page:
    """Open a link on a device of one's own, and press the button."""
    page = device(**options).new_page()
    page.goto(link)
    page.get_by_role("button", name=re.compile("Sign in|Entrar")).click()
    page.wait_for_url(lambda url: "/in" not in url)
    return page


def saved(page: Page, prompt: str) -> None:
    """Wait until the page says that the store has it."""
    expect(page.locator(f"#p-{prompt}-state")).to_have_attribute("data-state", "saved", timeout=15_000)


def test_the_whole_way(installation: Installation, device: Device, tmp_path: Path) -> None:
    """A roster becomes workbooks; a learner writes, the server restarts, they share; a coach's comment comes back."""
    link_file = tmp_path / "links.csv"
    run(
        "cohort",
        "links",
        "autumn-2026",
        "--data",
        installation.data,
        "--public-url",
        installation.address,
        "-o",
        link_file,
    )
    with link_file.open(encoding="utf-8-sig", newline="") as file:
        links = {row["username"]: row["link"] for row in csv.DictReader(file)}
    assert len(links) == 35

    # Zoë, on a phone: from the link to her first words.
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    zoe = sign_in(device, links["zoe06"], **phone)
    expect(zoe.get_by_role("heading", level=1)).to_contain_text("Zoë")
    zoe.get_by_role("link", name="What needs to change?").first.click()
    expect(zoe.get_by_role("heading", level=1)).to_have_text("What needs to change?")
    zoe.get_by_label("What needs to change at Ribeira").fill(
        "Handovers lose what the night saw. <b>Twice</b> this week."
    )
    saved(zoe, "need")
    other_side = zoe.get_by_label("Who sees this from a side you never see?")
    while other_side.is_hidden():  # one question a screen; at the last there is no Next
        zoe.get_by_role("button", name="Next").click(timeout=5_000)
    other_side.fill("Danuta, private canary 7261")
    saved(zoe, "other_side")
    workbook = zoe.url.partition("#")[0]

    # Nobody else's business: another learner, with a link that is good for one more press, and no more.
    chloe = sign_in(device, links["chloe05"])
    assert chloe.goto(workbook).status in {403, 404}
    stranger = device().new_page()
    assert stranger.goto(links["chloe05"]).status == 200
    expect(stranger.get_by_text("You can use it once more")).to_be_visible()
    chloe = sign_in(device, links["chloe05"])
    assert stranger.goto(links["chloe05"]).status in {400, 401, 403, 404, 410}
    assert chloe.goto(workbook).status in {403, 404}

    # The server stops and starts; a second device, by code; the words are there.
    zoe.goto(installation.address)
    zoe.get_by_role("button", name="Make a code").click()
    zoe.wait_for_url(re.compile("/code$"))
    shown = re.search(r"\b[A-Z2-9]{4}[ \-\u2009]?[A-Z2-9]{4}\b", zoe.locator("main").inner_text())
    assert shown, zoe.locator("main").inner_text()
    installation.stop()
    installation.start()
    laptop = device(viewport={"width": 1280, "height": 900}).new_page()
    laptop.goto(f"{installation.address}/in")
    laptop.get_by_label("Your username").fill("zoe06")
    laptop.get_by_label("Code from your other device").fill(shown[0])
    laptop.get_by_role("button", name="Sign in").click()
    laptop.wait_for_url(lambda url: "/in" not in url)
    laptop.goto(workbook)
    expect(laptop.get_by_label("What needs to change at Ribeira")).to_have_value(
        "Handovers lose what the night saw. <b>Twice</b> this week."
    )

    # She shares, and gets a receipt; she can go on writing.
    laptop.get_by_role("button", name="Share with my coach").click()
    laptop.get_by_label("What should your coach look at?").fill("Is this about handovers at all?")
    laptop.get_by_role("button", name="Share it").click()
    expect(laptop.get_by_role("heading", name="Shared.")).to_be_visible(timeout=15_000)
    laptop.get_by_role("button", name="Go on writing").click()
    laptop.get_by_label("When did you last see it happen?").fill("Tuesday, ten past seven.")
    saved(laptop, "seen")

    # Her coach reads the executed notebook and asks a question.
    rui = sign_in(device, links["rui.coach"], locale="en-GB")
    rui.goto(f"{installation.address}/desk")
    rui.locator("a[href*='/reviews/']").filter(has_text="Zoë").first.click()
    expect(rui.locator("main")).to_contain_text("Is this about handovers at all?")
    expect(rui.locator("main")).to_contain_text("Handovers lose what the night saw. <b>Twice</b> this week.")
    for withheld in ("private canary 7261", "ten past seven"):
        expect(rui.locator("body")).not_to_contain_text(withheld)
    box = rui.locator("[data-al-comment='need'] textarea")
    box.fill("What did the night see that nobody asked about?")
    rui.locator("[data-al-comment='need'] button[value=release]").click()
    expect(rui.locator(".comment").filter(has_text="What did the night see")).to_be_visible(timeout=15_000)
    review = rui.url

    executed = list((installation.data / "reviews").rglob("coach.ipynb"))
    for _ in range(300):
        if executed:
            break
        time.sleep(0.1)
        executed = list((installation.data / "reviews").rglob("coach.ipynb"))
    assert len(executed) == 1
    text = executed[0].read_text("utf-8")
    assert "Handovers lose what the night saw." in text
    assert "canary 7261" not in text

    # It comes back: on her journey, and beside the prompt.
    laptop.goto(installation.address)
    expect(laptop.locator("main")).to_contain_text("What did the night see that nobody asked about?")
    laptop.goto(workbook)
    beside = laptop.locator("#p-need, [data-al-talk='need'], .al-prompt[data-prompt='need'] + *").filter(
        has_text="What did the night see that nobody asked about?"
    )
    expect(beside.first).to_be_visible()

    # A coach of other sets does not get in; the facilitator sees who is where, and no words.
    maren = sign_in(device, links["maren.coach"])
    assert maren.goto(review).status in {403, 404}
    helena = sign_in(device, links["helena.office"])
    helena.goto(f"{installation.address}/office/autumn-2026")
    expect(helena.locator("main")).to_contain_text("Zoë O'Brien")
    expect(helena.get_by_role("row").filter(has_text="Zoë")).to_contain_text("Shared")
    expect(helena.locator("body")).not_to_contain_text("Handovers lose")

    installation.stop()
    assert not re.search(r"canary 7261|Handovers lose", installation.log.read_text("utf-8")), "words in the log"
    assert not any(link.rsplit("/", 1)[1] in installation.log.read_text("utf-8") for link in links.values())
