"""The pages of learners, coaches and facilitators, in Chromium, on a laptop and on a phone."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from actionlearn import accounts
from actionlearn.answers.kinds import check
from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.reviews import comments, execute, share, visible_answers
from actionlearn.store import Store, now, open_store
from actionlearn.store.people import members
from actionlearn.store.records import Person
from actionlearn.store.workbooks import drafts, workbooks

PROGRAMME = """
[programme]
id = "spring"
name = "Spring"
organisation = "Ribeira"
theme = "keeping what we promise"
time_zone = "Europe/Lisbon"
sign_off = ["scope"]

[programme.contact]
name = "Teresa Vaz"
phone = "+351 210 000 000"
note = "Any hour."

[programme.words.pt]
theme = "cumprir o que prometemos"
note = "A qualquer hora."

[[sets]]
name = "Set A"
coach = "rui"

[[people]]
username = "rui"
firstname = "Rui"
lastname = "Tavares"
email = "rui@example.org"
role = "coach"

[[people]]
username = "helena"
firstname = "Helena"
lastname = "Duarte"
email = "helena@example.org"
role = "facilitator"

[[workbooks]]
template = "scope"
opens = 2026-01-05

[[workbooks]]
template = "plan"
opens = 2099-01-05
"""
HEADER = "username,firstname,lastname,email,set\n"
ROSTER = HEADER + "".join(
    f"{name},{name.title()},Lima,{name}@example.org,Set A\n" for name in ("ana", "bea", "caio", "dora")
)

SERVE = "import sys; from actionlearn.server import serve; from actionlearn.settings import read_settings; serve.serve(read_settings())"
LAPTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Kit:
    """A server that runs, the store behind it, and somebody's way in."""

    address: str
    store: Store
    data: Path
    submission: str
    trouble: list[str] = field(default_factory=list)

    def person(self, username: str) -> Person:
        found = self.store.read(lambda c: members.person_by_username(c, username))
        assert found is not None
        return found

    def link(self, username: str) -> str:
        return f"{self.address}in/{accounts.new_link(self.store, self.person(username).id)}"

    def workbook(self, username: str, template: str = "scope") -> str:
        owner = self.person(username).id
        found = self.store.read(lambda c: workbooks.find_workbook(c, "spring", owner, template, 1))
        assert found is not None
        return found.id


def answer(kit: Kit, username: str, said: dict[str, str], template: str = "scope") -> None:
    """Answer some prompts of somebody's workbook."""
    person, id = kit.person(username), kit.workbook(username, template)
    workbook = kit.store.read(lambda c: workbooks.workbook(c, id))
    _, contents = visible_answers.load(kit.data, workbook)

    def act(c):
        for prompt, value in said.items():
            right = check(contents.prompts[prompt], value)
            drafts.save(
                c,
                workbook=id,
                prompt=prompt,
                person=person.id,
                client=f"test-{prompt}",
                seq=1,
                base=0,
                value=right,
                now=now(),
            )

    kit.store.write(act)


def shared(kit: Kit, username: str) -> str:
    """Share somebody's scope with their coach, and execute it."""
    id, person = kit.workbook(username), kit.person(username)
    workbook = kit.store.read(lambda c: workbooks.workbook(c, id))
    _, contents = visible_answers.load(kit.data, workbook)
    made = share.share(kit.store, workbook, contents, person.id, "The second sentence.", now())
    execute.execute(kit.store, kit.data, made, "coach")
    return made.id


def remark(kit: Kit, submission: str, prompt: str, body: str) -> None:
    """Let Rui say something, released at once."""
    coach = kit.store.read(lambda c: members.actor(c, kit.person("rui").id))

    def act(c):
        said = comments.comment(c, coach, submission, prompt, body, now())
        comments.release(c, coach, said.id, now())

    kit.store.write(act)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """Serve a small cohort in which Ana has shared and Rui has said something."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    data = folder / "data"
    programme, rows = read_inputs(folder / "programme.toml", folder / "roster.csv")
    with open_store(data) as store, socket.socket() as probe:
        assert not build_cohort(store, data, programme, rows).failed
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        found = Kit(f"http://127.0.0.1:{port}/", store, data, "")
        answer(found, "ana", {"need": "Nobody owns the corridor.", "seen": "Last Tuesday, twenty past nine."})
        found.submission = shared(found, "ana")
        remark(found, found.submission, "need", "Who would lose something if somebody did?")
        probe.close()
        yield from _served(found, data, port)


def _served(kit: Kit, data: Path, port: int) -> Iterator[Kit]:
    environment = {**os.environ, "ACTIONLEARN_DATA": str(data), "ACTIONLEARN_PORT": str(port)}
    log = (data.parent / "server.log").open("w+", encoding="utf-8")
    server = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{kit.address}health", timeout=2):
                break
            assert server.poll() is None, (data.parent / "server.log").read_text("utf-8")
            time.sleep(0.2)
        yield kit
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture
def come_in(kit: Kit, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Sign somebody in by their link, on a device of their own; what a page complains about is kept."""
    made: list[BrowserContext] = []

    def enter(username: str, **options: object) -> Page:
        context = chromium.new_context(**{"viewport": LAPTOP, **options})
        made.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: kit.trouble.append(str(error)))
        page.on("console", lambda said: kit.trouble.append(said.text) if "Security Policy" in said.text else None)
        page.goto(kit.link(username))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/in/" not in url)
        return page

    kit.trouble.clear()
    yield enter
    for context in made:
        context.close()
    assert kit.trouble == []


def faultless(page: Page) -> None:
    """Check a page as it is now: nothing for axe-core, and nothing to scroll sideways for."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def to_the_end(page: Page) -> None:
    """Turn to the last question where a screen shows one at a time: sharing is below it."""
    following = page.get_by_role("navigation", name="Questions").get_by_role("button", name="Next")
    while following.is_visible():
        following.click()


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_every_page_is_faultless_for_axe_and_fits_its_screen(kit, come_in, chromium, viewport, scheme):
    """axe-core finds nothing on any page, on a laptop in light and on a phone in dark; none scrolls sideways."""
    look = {"viewport": viewport, "color_scheme": scheme}
    stranger = chromium.new_context(**look)
    door = stranger.new_page()
    for path in ("in", "", kit.link("ana"), "nothing-here"):
        door.goto(path if path.startswith("http") else kit.address + path)
        faultless(door)
    stranger.close()

    learner = come_in("ana", **look)
    faultless(learner)
    learner.goto(f"{kit.address}workbooks/{kit.workbook('ana')}")
    faultless(learner)
    to_the_end(learner)
    learner.get_by_role("button", name="Share with my coach").click()
    expect(learner.get_by_label("What should your coach look at?")).to_be_visible()
    faultless(learner)
    learner.goto(f"{kit.address}reviews/{kit.submission}")
    faultless(learner)
    learner.goto(kit.address)
    learner.get_by_role("button", name="Make a code").click()
    faultless(learner)

    coach = come_in("rui", **look)
    faultless(coach)
    coach.goto(f"{kit.address}reviews/{kit.submission}")
    faultless(coach)
    coach.goto(f"{kit.address}reviews/{kit.submission}/notebook?as=html")
    faultless(coach)

    facilitator = come_in("helena", **look)
    faultless(facilitator)


def test_my_journey_says_what_is_next_and_who_said_what(kit, come_in):
    """The first page greets, names the next step with its minutes, shows what a coach said and whom to turn to."""
    remark(kit, kit.submission, "seen", "Who was there besides you?")
    page = come_in("ana")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    steps = page.locator(".step")
    expect(steps).to_have_count(2)
    expect(steps.filter(visible=True)).to_have_count(0)  # calm: what is for later and what is done is folded
    page.get_by_text("One for a later day").click()
    expect(steps.filter(visible=True)).to_contain_text("Suggested from 5 January 2099")
    page.get_by_text("One behind you").click()
    expect(steps.filter(visible=True).nth(1)).to_contain_text("Shared on")
    letter = page.locator(".letter", has_text="Who was there besides you?")
    expect(letter).to_contain_text("Rui Tavares")
    expect(page.get_by_text("Teresa Vaz")).to_be_visible()
    letter.get_by_role("button", name="I have read it").click()
    expect(letter).to_have_count(0)
    page.reload()
    expect(page.locator(".step")).to_have_count(2)
    expect(letter).to_have_count(0)


def test_what_is_beside_the_journey_starts_at_its_top(kit, come_in):
    """Beside a long list, “start another” stands beside the next step, and whom to turn to comes before the list ends."""
    page = come_in("ana")
    page.evaluate("document.querySelector('.with-side > div').style.minHeight = '300vh'")
    top = "document.querySelector('{}').getBoundingClientRect().top"
    assert abs(page.evaluate(top.format(".side")) - page.evaluate(top.format(".next"))) < 2
    card = page.locator(".side .card", has_text="Teresa Vaz")
    bottom = "document.querySelector('{}').getBoundingClientRect().bottom"
    expect(card).to_be_visible()
    assert page.evaluate(bottom.format(".side")) < page.evaluate(bottom.format(".with-side > div"))


def test_the_journey_speaks_the_readers_language(kit, come_in):
    """Theme and the note beside whom to turn to are the programme's own words in the reader's language."""
    page = come_in("dora")
    expect(page.locator(".lead")).to_have_text("keeping what we promise")
    expect(page.locator(".side")).to_contain_text("Any hour.")
    kit.store.write(lambda c: members.update_person(c, kit.person("dora").id, locale="pt"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "pt")
    expect(page.locator(".lead")).to_have_text("cumprir o que prometemos")
    expect(page.locator(".side")).to_contain_text("A qualquer hora.")
    kit.store.write(lambda c: members.update_person(c, kit.person("dora").id, locale=""))


@pytest.mark.slow
def test_a_learner_starts_another_and_it_opens(kit, come_in):
    """“Start another” makes a second workbook of its kind and opens it; it stands on the way as number 2."""
    page = come_in("dora")
    expect(page.locator(".next")).to_contain_text("What needs to change?")
    page.get_by_text("Choose a workbook").click()
    page.get_by_role("button", name="What needs to change?").click()
    page.wait_for_url("**/workbooks/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs to change? 2")
    page.goto(kit.address)
    expect(page.locator(".step", has_text="What needs to change? 2")).to_have_count(1)


def test_sharing_names_its_readers_and_what_is_missing_and_gives_a_receipt(kit, come_in):
    """The dialog names the coach, names what is empty without blocking, and ends with number, time and receipt."""
    page = come_in("bea")
    page.goto(f"{kit.address}workbooks/{kit.workbook('bea')}")
    page.get_by_role("button", name="Share with my coach").click()
    dialog = page.get_by_role("dialog", name="Share with my coach")
    expect(dialog.locator(".readers")).to_contain_text("Rui Tavares")
    expect(dialog.get_by_text("Still empty, and asked for")).to_be_visible()
    dialog.get_by_role("link").first.click()
    expect(dialog).to_be_hidden()
    page.locator("#p-need textarea").fill("The <b>night</b> shift & the day shift.")
    page.get_by_role("button", name="Share with my coach").click()
    dialog.get_by_label("What should your coach look at?").fill("Is it still an answer in disguise?")
    dialog.get_by_role("button", name="Share it").click()
    expect(dialog.get_by_role("heading", name="Shared.")).to_be_focused()
    expect(dialog).to_contain_text("Number 1")
    dialog.get_by_text("Receipt").click()
    expect(dialog.locator("code")).to_have_text(re.compile("[0-9a-f]{64}"))
    dialog.get_by_role("button", name="Go on writing").click()
    expect(page.locator("[data-al-last]")).to_contain_text("Last shared")
    page.reload()
    expect(page.locator("[data-al-last]")).to_contain_text("Last shared")

    coach = come_in("rui")
    row = coach.locator(".waiting", has_text="Bea Lima")
    expect(row).to_contain_text("Is it still an answer in disguise?")
    row.get_by_role("link").click()
    expect(coach.locator("#a-need")).to_contain_text("The <b>night</b> shift & the day shift.")


def test_a_coach_reviews_by_keyboard_holds_and_releases(kit, come_in):
    """With keys alone: to an answer, a comment that is held, then released; only then the learner sees it."""
    answer(kit, "caio", {"need": "Three sheets in four years.", "seen": "On Monday."})
    id = shared(kit, "caio")
    coach, learner = come_in("rui"), come_in("caio")
    coach.goto(f"{kit.address}reviews/{id}")
    coach.keyboard.press("j")
    expect(coach.locator("#a-need")).to_be_focused()
    coach.keyboard.press("c")
    coach.keyboard.type("What did each of them let people go on not doing?")
    coach.reload()
    expect(coach.locator("#a-need textarea")).to_have_value("What did each of them let people go on not doing?")
    coach.locator("#a-need textarea").focus()
    coach.keyboard.press("Control+Enter")
    held = coach.locator("#a-need .comment.held")
    expect(held).to_contain_text("What did each of them")
    expect(coach.locator("#a-need")).to_be_focused()
    learner.reload()
    expect(learner.locator(".letter")).to_have_count(0)
    coach.get_by_role("button", name="Release the one you hold").click()
    expect(held).to_have_count(0)
    expect(coach.locator("#a-need .comment")).to_contain_text("What did each of them")
    coach.get_by_role("button", name="Look again").click()
    expect(coach.locator(".tray")).to_contain_text("Look again (Rui Tavares)")
    learner.reload()
    expect(learner.locator(".letter")).to_contain_text("What did each of them")


def test_the_office_shows_faults_by_row_then_changes_then_does_it(kit, come_in, tmp_path):
    """A roster with faults is refused row by row; a good one says what it would change, and does it with progress."""
    page = come_in("helena")
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.locator("table")).not_to_contain_text("corridor")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(HEADER + "ana,Ana,Lima,ana@example.org,Set A\nana,Ana,Lima,nowhere,Set A\n", encoding="utf-8")
    page.get_by_label("Roster", exact=True).set_input_files(bad)
    page.get_by_role("button", name="See what it would change").click()
    faults = page.locator('[data-al-part="faults"]')
    expect(faults).to_be_visible()
    expect(faults).to_contain_text("Row 3")
    good.write_text(
        ROSTER.replace("Bea,Lima", "Beatriz,Lima") + "eva,Eva,Nunes,eva@example.org,Set A\n", encoding="utf-8"
    )
    page.get_by_label("Roster", exact=True).set_input_files(good)
    page.get_by_role("button", name="See what it would change").click()
    changes = page.locator('[data-al-part="changes"]')
    expect(changes).to_contain_text("Added: 1")
    expect(changes.get_by_role("row", name="Eva Nunes")).to_be_visible()
    expect(changes).to_contain_text("first name, Bea → Beatriz")
    faultless(page)
    page.get_by_role("button", name="Do it and make the workbooks").click()
    # Both of Eva's, and those of Bea's that nobody has written in: they greet her by another name now.
    expect(page.locator('[data-al-part="progress"]')).to_contain_text(re.compile(r"Done\. [34] made"), timeout=30_000)
    page.get_by_role("link", name="See who is where").click()
    expect(page.locator("tbody tr")).to_have_count(5)


@pytest.mark.slow
def test_the_office_gives_links_for_all_and_a_new_one_for_one(kit, come_in, chromium):
    """Links come as CSV for everybody; renewing one person's shows a link that signs that person in."""
    page = come_in("helena")
    with page.expect_download() as download:
        page.get_by_role("button", name="New links for everybody, as CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("username,")
    assert f"{kit.address}in/" in text
    page.get_by_role("button", name="More about Dora Lima").click()
    page.get_by_role("button", name="New sign-in link").click()
    dialog = page.get_by_role("dialog", name="A new sign-in link")
    link = dialog.get_by_label("Link").input_value()
    faultless(page)
    other = chromium.new_context().new_page()
    other.goto(link)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Dora")
    other.context.close()


def test_a_code_signs_in_on_the_next_device(kit, come_in, chromium):
    """The code of one device, typed on another, signs in there; a wrong one says so and keeps the username."""
    page = come_in("dora")
    page.get_by_role("button", name="Make a code").click()
    code = page.locator(".big-code [aria-hidden]").inner_text()
    other = chromium.new_context(viewport=PHONE).new_page()
    other.goto(f"{kit.address}in")
    other.get_by_label("Your username").fill("dora")
    other.get_by_label("Code from your other device").fill("AAAAAAAA")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).not_to_be_empty()
    faultless(other)
    expect(other.get_by_label("Your username")).to_have_value("dora")
    other.get_by_label("Code from your other device").fill(code)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Dora")
    other.context.close()
