"""A facilitator with a spreadsheet and no shell: from an empty store to a cohort that has its links."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from .test_pages import LAPTOP, PHONE, faultless

HEADER = ["Username", "First name", "Surname", "E-mail address", "Set"]
NAMES = ("ana", "bo", "cy", "dee")


def sheet(path: Path, *rows: list[str]) -> Path:
    """Write a spreadsheet as a person does."""
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in (["Who comes in spring"], HEADER, *rows):
        made.active.append(row)
    made.save(path)
    return path


def learner(name: str, group: str = "Blue") -> list[str]:
    """Return somebody's row."""
    return [name, name.title(), "Lima", f"{name}@example.org", group]


@pytest.fixture(scope="module")
def first_link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty store, and return the link that it prints."""
    folder = tmp_path_factory.mktemp("office")
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(folder / "data"), "--port", "0"]
    log = folder / "log"
    with log.open("wb") as said, subprocess.Popen(command, stderr=said, env={**os.environ, "LANG": "en"}) as server:
        try:
            while not (found := re.search(r"http://\S+/in/\S+", log.read_text("utf-8"))):
                assert server.poll() is None, log.read_text("utf-8")
                time.sleep(0.1)
            yield found[0]
        finally:
            server.terminate()
            server.wait(30)


def both(page: Page) -> None:
    """Check a page on a laptop and on a phone."""
    faultless(page)
    page.set_viewport_size(PHONE)
    faultless(page)
    page.set_viewport_size(LAPTOP)


def found_a_cohort(page: Page) -> None:
    """Make the first cohort by the form, with a mistake on the way."""
    page.get_by_role("link", name="Make the first cohort").click()
    what = page.get_by_role("region", name="What it is")
    what.get_by_label("Name", exact=True).fill("Spring 2027")
    expect(what.get_by_label("Short name")).to_have_value("spring-2027")
    what.get_by_label("Organisation").first.fill("Ribeira")
    zone = what.get_by_label("Time zone")
    expect(zone).to_be_hidden()
    folded = what.locator("summary", has_text="Language, time zone")
    folded.click()
    zone.fill("Europe/Lisboa")
    expect(folded).to_contain_text("English · Europe/Lisboa")
    folded.click()
    contact = page.get_by_role("region", name="Whom to turn to")
    contact.get_by_label("Name", exact=True).fill("Teresa Vaz")
    contact.get_by_label("Telephone").fill("+351 210 000 000")
    people = page.get_by_role("region", name="People and their roles")
    me = people.locator("li").first
    me.get_by_label("First name").fill("Helena")
    me.get_by_label("E-mail address").fill("helena@example.org")
    people.get_by_role("button", name="Another person").click()
    coach = people.locator("li").nth(1)
    for label, value in (("First name", "Cora"), ("E-mail address", "cora@example.org"), ("Username", "cora")):
        coach.get_by_label(label, exact=True).fill(value)
    sets = page.get_by_role("region", name="Sets")
    sets.get_by_role("button", name="Another set").click()
    sets.get_by_label("Name", exact=True).fill("Blue")
    sets.get_by_label("Coach (username)").fill("cora")
    books = page.get_by_role("region", name="Workbooks and their dates")
    for pick in books.locator("[data-al-pick]").all():
        pick.set_checked(False)
    books.get_by_label("What needs to change?").check()
    page.get_by_role("button", name="Make the cohort").click()
    wrong = page.locator("[data-al-wrong]")
    expect(wrong).to_contain_text("There is no time zone “Europe/Lisboa”.")
    expect(zone).to_be_focused()
    expect(zone).to_have_attribute("aria-invalid", "true")
    both(page)
    zone.fill("Europe/Lisbon")
    expect(people.get_by_text("Cora · coach")).to_be_visible()
    page.get_by_role("button", name="Make the cohort").click()
    page.wait_for_url("**/office/spring-2027")


def give(page: Page, path: Path) -> None:
    """Choose a roster and look what it would change."""
    page.get_by_label("Roster", exact=True).set_input_files(path)
    page.get_by_role("button", name="See what it would change").click()


def test_from_an_empty_store_to_a_cohort_with_its_links(first_link: str, chromium: Browser, tmp_path: Path):
    """By browser alone: the set-up link, a programme by form, a roster with its faults, workbooks, links; a week later."""
    page = chromium.new_context(viewport=LAPTOP).new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(first_link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your first cohort")).to_be_visible()
    both(page)
    found_a_cohort(page)

    give(page, sheet(tmp_path / "bad.xlsx", learner("ana"), ["bo", "Bo", "Lima", "nowhere", "Blue"]))
    expect(page.locator('[data-al-part="faults"]')).to_contain_text("Row 4, e-mail address: “nowhere”")
    give(page, sheet(tmp_path / "good.xlsx", *(learner(name) for name in NAMES)))
    changes = page.locator('[data-al-part="changes"]')
    expect(changes).to_contain_text("Added: 4")
    page.get_by_role("button", name="Do it and make the workbooks").click()
    progress = page.locator('[data-al-part="progress"]')
    expect(progress).to_contain_text("Done. 4 made", timeout=60_000)
    page.get_by_role("link", name="See who is where").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    more = page.get_by_role("button", name="More about Ana Lima")
    more.click()
    expect(page.locator(".below")).to_contain_text("What needs to change?Not begun")
    both(page)
    page.get_by_role("button", name="New sign-in link").click()
    expect(page.get_by_role("dialog").get_by_label("Link")).to_have_value(re.compile("/in/"))
    page.get_by_role("button", name="Close").click()
    more.click()
    expect(page.locator("tbody tr")).to_have_count(4)

    with page.expect_download() as download:
        page.get_by_role("button", name="New links for everybody, as CSV").click()
    rows = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")))
    links = {row["username"]: row["link"] for row in rows}
    assert set(links) == {*NAMES, "cora", "operator"}
    device = chromium.new_context(viewport=PHONE).new_page()
    device.goto(links["ana"])
    device.get_by_role("button", name="Sign in").click()
    expect(device.get_by_role("heading", level=1)).to_contain_text("Ana")

    give(page, sheet(tmp_path / "half.xlsx", learner("ana"), learner("eve")))
    expect(changes).to_contain_text("In the cohort but not in the file: 3")
    both(page)
    page.get_by_label("leave it: what they wrote stays theirs").check()
    page.get_by_role("button", name="Do it and make the workbooks").click()
    asked = page.get_by_role("dialog", name="Half of the cohort or more would leave")
    expect(asked).to_contain_text("3 of 4 learners")
    asked.get_by_role("button", name="That is meant: do it").click()
    expect(progress).to_contain_text("Done. 1 made", timeout=60_000)
    page.get_by_role("link", name="See who is where").click()
    expect(page.locator("tbody th")).to_have_text(["Ana Lima", "Eve Lima"])

    seen_and_changed(page)
    assert trouble == []
    device.context.close()
    page.context.close()


def seen_and_changed(page: Page) -> None:
    """Look at it as a learner does, then say something otherwise and find it there."""
    page.get_by_role("link", name="The programme").click()
    page.get_by_role("region", name="What it is").get_by_label("Organisation").first.fill("Montanha")
    page.get_by_role("button", name="Save the programme").click()
    page.wait_for_url("**/office/spring-2027")
    page.get_by_role("link", name="As a learner sees it").click()
    both(page)
    page.get_by_role("link", name="What needs to change?").click()
    expect(page.locator(".wb-body")).to_contain_text("Montanha")
    both(page)
    page.go_back()
    page.get_by_role("link", name="Spring 2027").click()
    page.get_by_role("link", name="Newer versions").click()
    page.get_by_role("button", name="Correct the 3 that are untouched").click()
    expect(page.get_by_text("Every workbook has the newest version.")).to_be_visible()
    both(page)
