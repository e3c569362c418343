"""A page with live cells in Chromium: typing at once, the picture in its place, Voilà's front-end where it is needed."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, WebSocketRoute, expect

from actionlearn.server.live.manager import IDLE
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..server.live.test_live import SLIDER
from ..support.served_kit import World

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("live-page"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "slider", SLIDER)
    yield made.start()
    made.stop()


@pytest.fixture
def ana(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open a browser that Ana is signed in on; what it complains of fails the test."""
    context = device(viewport={"width": 1100, "height": 900})
    where = {"domain": "127.0.0.1", "path": "/"}
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], **where}])
    return context.new_page()


def opened(page: Page, world: World, book: str = "ana/impact") -> list[str]:
    """Open a workbook; return where it asked, and what the console said of refusals, as the page goes on."""
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))
    page.on("console", lambda said: told.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: told.append(f"pageerror {error}"))
    page.goto(f"http://127.0.0.1:{world.port}/workbooks/{world.book[book]}")
    return told


def live(page: Page) -> None:
    """Wait until the live part is drawn in its place."""
    expect(page.locator("section[data-al-live][data-state=live] .al-live").first).to_be_attached(timeout=60_000)


def picture(page: Page) -> Locator:
    """Return the place of the live cell that is the kit's own."""
    return page.locator("#live-picture, #live-letters")


def test_an_ordinary_page_loads_nothing_of_voilas_front_end(world: World, ana: Page):
    """Prompts of a workbook without live cells need neither it nor a kernel."""
    told = opened(ana, world, "ana/scope")
    ana.wait_for_timeout(2000)
    assert not [url for url in told if re.search("/voila/|/api/kernels|/live", url)]
    assert all(url.startswith(f"http://127.0.0.1:{world.port}/") for url in told)


def test_a_page_that_shows_only_what_the_kit_draws_loads_nothing_of_voilas_front_end(world: World, ana: Page):
    """No file of it is asked for, neither ahead nor later; the picture stands in its place, with its role."""
    told = opened(ana, world)
    live(ana)
    expect(picture(ana).get_by_role("group")).to_have_text(re.compile("No counts yet"))
    assert not [url for url in told if "/voila/" in url], told
    assert not ana.locator("link[rel=preload]").count()


@pytest.mark.slow
def test_all_that_a_page_asks_of_the_front_end_is_asked_for_ahead(world: World, ana: Page):
    """Every file that one file of it asks for stands in the page's list, and the journey has fetched it before."""
    opened(ana, world, "ana/slider")
    live(ana)
    ana.goto(f"http://127.0.0.1:{world.port}/")
    ana.wait_for_selector("link[rel=prefetch]", state="attached")
    told = opened(ana, world, "ana/slider")
    live(ana)
    expect(ana.locator("#live-slide .widget-slider")).to_be_visible(timeout=60_000)
    preloaded = set(ana.locator("link[rel=preload]").evaluate_all("all => all.map((each) => each.href)"))
    asked = {url for url in told if "/voila/" in url}
    assert asked
    assert asked <= preloaded
    kinds = ana.evaluate(
        """async (urls) => Promise.all(urls.map(async (url) => {
            const reply = await fetch(url);
            return [reply.headers.get("cache-control"), reply.headers.get("content-encoding")].join(" ");
        }))""",
        sorted(asked)[:5],
    )
    assert {kind.split(" ")[-2] + kind.split(" ")[-1] for kind in kinds} == {"immutablegzip"}


@pytest.mark.slow
def test_typing_goes_on_while_the_live_part_comes(world: World, ana: Page):
    """Focus, caret and words are untouched by Voilà's start; the picture appears between the prompts, by itself."""
    told = opened(ana, world, "ana/slider")
    area = ana.locator("#p-need textarea")
    area.click()
    words = ""
    until = time.monotonic() + 60
    while ana.locator("section[data-al-live][data-state=live] .al-live").count() == 0:
        assert time.monotonic() < until
        ana.keyboard.type("word ")
        words += "word "
        ana.wait_for_timeout(100)
    ana.keyboard.type("end")
    assert area.input_value() == words + "end"
    assert ana.evaluate("document.activeElement.closest('.al-prompt')?.dataset.prompt") == "need"
    expect(ana.locator("#p-need-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    order = ana.evaluate("[...document.querySelectorAll('.wb-body > *')].map((each) => each.id)")
    assert order.index("p-need") < order.index("live-letters") < order.index("live-slide")
    expect(picture(ana)).to_contain_text(f"{len(words + 'end')} letters", timeout=15_000)
    assert all(url.startswith((f"http://127.0.0.1:{world.port}/", "blob:", "data:")) for url in told), [
        url for url in told if not url.startswith("http://127")
    ]


def test_the_picture_follows_the_answers(world: World, ana: Page):
    """A row of the table is saved, and the live cell draws it; after a reload nothing else is ever shown."""
    opened(ana, world)
    live(ana)
    row = ana.locator("#p-figures tbody tr").first
    row.locator("[data-column=on]").fill("2026-03-02")
    row.locator("[data-column=count]").fill("12")
    expect(ana.locator("section[data-al-live] img")).to_have_attribute("alt", re.compile("12"), timeout=15_000)
    ana.add_init_script(
        """window.shown = []; new MutationObserver(() => shown.push(document.querySelector(".al-live-cell")?.innerText ?? ""))
          .observe(document, {childList: true, subtree: true})"""
    )
    ana.reload()
    live(ana)
    expect(ana.locator("section[data-al-live] img")).to_have_attribute("alt", re.compile("12"), timeout=15_000)
    assert not [text for text in ana.evaluate("shown") if "No counts" in text]


def test_the_learners_own_file_is_drawn(world: World, ana: Page):
    """A sheet of late orders, attached as it was saved, is a run chart of its weeks; the line moves with the baseline."""
    opened(ana, world)
    live(ana)
    chart = ana.locator("section[data-al-live]")
    ana.locator("#p-evidence input[type=file]").set_input_files(Path(__file__).parents[1] / "orders-late.csv")
    expect(ana.locator("#p-evidence-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    expect(chart.locator("img")).to_have_attribute("alt", re.compile("2026-W36"), timeout=15_000)
    before = chart.locator("img").get_attribute("alt")
    ana.locator("#p-since input").fill("2026-07-13")
    expect(chart.locator("img")).not_to_have_attribute("alt", before or "", timeout=15_000)
    what_if = ana.locator("#p-what_if")
    expect(what_if.locator("input").first).to_be_hidden()
    what_if.locator("summary").first.click()
    what_if.locator("input").first.fill("9.5")
    expect(chart).to_contain_text("9.5", timeout=15_000)


def test_a_dead_kernel_is_another_at_the_next_word(world: World, ana: Page):
    """Kill -9: nothing is said and nothing lost, and the live part answers the next change within two seconds."""
    opened(ana, world)
    live(ana)
    for process in world.kernels():
        process.kill()
    ana.locator("#p-changed textarea").fill("after the kernel died")
    expect(ana.locator("#p-changed-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    row = ana.locator("#p-figures tbody tr").first
    row.locator("[data-column=on]").fill("2026-03-02")
    row.locator("[data-column=count]").fill("4711")
    expect(ana.locator("section[data-al-live] img")).to_have_attribute("alt", re.compile("4,711"), timeout=15_000)
    expect(ana.locator("section[data-al-live]")).to_have_attribute("data-state", "live")
    expect(ana.locator("#p-changed textarea")).to_have_value("after the kernel died")


@pytest.mark.slow
def test_voilas_front_end_has_another_kernel_at_the_next_word(world: World, ana: Page):
    """The same on a page that it draws; what the new kernel has shown before is told to a page that shows something else."""
    opened(ana, world, "ana/slider")
    live(ana)
    for words in ("after the kernel died", ""):
        for process in world.kernels():
            process.kill()
        ana.locator("#p-need textarea").fill(words)
        expect(picture(ana)).to_contain_text(f"{len(words)} letters", timeout=15_000)


def test_a_kernel_that_is_ended_is_asked_for_again(world: World, ana: Page):
    """What it was told is erased: the page has another at once; who is signed out is told, and goes on when signed in."""
    opened(ana, world)
    live(ana)
    first = {process.pid for process in world.kernels()}
    path = f"/api/workbooks/{world.book['ana/scope']}/erase"
    with ana.expect_response("**/live") as told:
        assert world.ask("ana", "POST", path, {"prompt": "need", "passage": "The"}).status == 200
    assert told.value.status == 200
    live(ana)
    assert first.isdisjoint(process.pid for process in world.kernels())
    cookies = ana.context.cookies()
    ana.context.clear_cookies()
    with ana.expect_response("**/live") as told:
        assert world.ask("ana", "POST", path, {"prompt": "need", "passage": "night"}).status == 200
    assert told.value.status == 401
    part = ana.locator("section[data-al-live]")
    expect(part).to_have_attribute("data-state", "gone")
    expect(part.get_by_role("status")).to_contain_text("sign in")
    expect(part.locator(".al-live")).to_be_visible()
    ana.context.add_cookies(cookies)
    ana.evaluate("document.dispatchEvent(new CustomEvent('al:signedin'))")
    live(ana)
    expect(part.get_by_role("status")).to_have_count(0)


@pytest.mark.slow
def test_a_kernel_that_was_idle_is_back_at_the_next_word(world: World, ana: Page):
    """It was ended because nobody used it: the page leaves it so, until there is something to say."""
    channels: list[WebSocketRoute] = []

    def through(channel: WebSocketRoute) -> None:
        channel.connect_to_server()
        channels.append(channel)

    ana.route_web_socket(re.compile("/api/kernels/"), through)
    told = opened(ana, world)
    live(ana)
    channels[0].close(code=IDLE)
    row = ana.locator("#p-figures tbody tr").first
    row.locator("[data-column=on]").fill("2026-03-02")
    row.locator("[data-column=count]").fill("815")
    expect(picture(ana).locator("img")).to_have_attribute("alt", re.compile("815"), timeout=15_000)
    assert sum(url.endswith("/live") for url in told) == len(channels) == 2


@pytest.mark.slow
def test_a_kernel_that_dies_again_and_again_is_left_alone(world: World, ana: Page, until: Until):
    """The picture stays; the page says that it has stopped, and starts it again when one asks for it."""
    opened(ana, world)
    live(ana)
    part = ana.locator("section[data-al-live]")

    def gone() -> bool:
        for process in world.kernels():
            process.kill()
        return part.get_attribute("data-state") == "gone"

    until(gone)
    expect(part.get_by_role("status")).to_contain_text("has stopped")
    expect(part.locator(".al-live")).to_be_visible()
    part.get_by_role("button", name="Start it again").click()
    live(ana)
    expect(part.get_by_role("status")).to_have_count(0)


def test_without_voilas_front_end_one_can_write_all_the_same(world: World, ana: Page):
    """Its bundle is blocked: the page says so in the live part's place, and saves."""
    ana.route("**/voila/**", lambda route: route.abort())
    opened(ana, world, "ana/slider")
    expect(ana.locator("section[data-al-live]").first).to_have_attribute("data-state", "failed", timeout=60_000)
    ana.locator("#p-need textarea").fill("no bundle")
    expect(ana.locator("#p-need-state")).to_have_attribute("data-state", "saved", timeout=15_000)


def test_a_live_part_waits_for_a_place_by_itself(world: World, ana: Page):
    """All places are taken: the page says so once, politely, asks again later and later, and draws when there is room."""
    body = {"error": {"code": "server.kernels_full", "message": "Full.", "hint": "", "values": {}, "reference": ""}}
    asked: list[str] = []

    def full(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) < 3:
            route.fulfill(status=429, json=body)
        else:
            route.continue_()

    ana.route("**/live", full)
    ana.clock.install()
    opened(ana, world)
    part = ana.locator("section[data-al-live]")
    expect(part).to_have_attribute("data-state", "full", timeout=15_000)
    expect(part.get_by_role("status")).to_contain_text("comes by itself")
    ana.evaluate("document.querySelector('.al-live-state').firstChild.mark = 'the same words'")
    for wait, status in ((8_000, 429), (15_000, 200)):
        with ana.expect_response("**/live") as told:
            ana.clock.fast_forward(wait)
        assert told.value.status == status
        if status == 429:
            assert ana.evaluate("document.querySelector('.al-live-state').firstChild.mark") == "the same words"
    ana.clock.resume()
    live(ana)


def test_a_comment_beside_the_prompt_is_answered_there(world: World, ana: Page):
    """What the coach released stands at its prompt; what was held does not; an answer is sent from there."""
    opened(ana, world, "ana/scope")
    beside = ana.locator("#p-need .al-comments")
    expect(beside).to_contain_text("Why canary-4711?")
    expect(ana.locator("body")).not_to_contain_text("Held canary")
    beside.locator("summary").click()
    beside.locator("textarea").fill("Because <i>nobody</i> asked.")
    beside.get_by_role("button", name="Send").click()
    expect(beside.locator(".reply")).to_contain_text("Because <i>nobody</i> asked.")
    ana.reload()
    expect(ana.locator("#p-need .al-comments .reply")).to_contain_text("Because <i>nobody</i> asked.")


@pytest.mark.slow
def test_preview_shows_a_change_by_itself(tmp_path: Path, page: Page):
    """Sample answers at once; the file changes, the page follows; a fault is shown, mending it brings the page back."""
    file = tmp_path / "mine.md"
    text = "---\ntemplate: mine\ntitle: First title\nversion: 1\nminutes: 5\nstage: scope\nsummary: x\n---\n\n```{prompt} need\nWhat?\n```\n"
    file.write_text(text, "utf-8")
    command = [sys.executable, "-m", "actionlearn", "preview", str(file), "--no-browser"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = process.stderr.readline()
        address = re.search(r"http://\S+", said)
        assert address, said + process.stderr.read()
        page.goto(address[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("First title")
        expect(page.locator("#p-need textarea")).to_have_value(re.compile("sample words"))
        file.write_text(text.replace("First", "Second"), "utf-8")
        expect(page.get_by_role("heading", level=1)).to_have_text("Second title", timeout=15_000)
        file.write_text(text.replace("{prompt}", "{promt}"), "utf-8")
        expect(page.locator("main")).to_contain_text("mine.md:", timeout=15_000)
        file.write_text(text.replace("First", "Third"), "utf-8")
        expect(page.get_by_role("heading", level=1)).to_have_text("Third title", timeout=15_000)
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stderr.close()  # type: ignore[union-attr]


@pytest.mark.slow
def test_with_a_kernel_that_never_starts_one_can_write_all_the_same(world: World, ana: Page):
    """No kernel: the live part says so in its place, every answer is saved, and other pages hear of it."""
    ana.route("**/live", lambda route: route.abort())
    opened(ana, world)
    other = ana.context.new_page()
    opened(other, world)
    expect(ana.locator("section[data-al-live]")).to_have_attribute("data-state", "failed", timeout=15_000)
    ana.locator("#p-changed textarea").fill("no kernel")
    expect(ana.locator("#p-changed-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    expect(other.locator("#p-changed textarea")).to_have_value("no kernel", timeout=5000)
