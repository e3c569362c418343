"""One browser profile: it types, and waits until every word is saved. Each key is noted before it is pressed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from typing import IO, Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Route

from actionlearn.server.web.identity import SESSION_COOKIE
from faults.places import Cluster, Place
from faults.proxy import Proxy
from faults.sheet import Sheet, compare

#: Workbook -> its prompts of text, and how long their texts may become before they are begun again.
PROMPTS = {
    "scope": {"need": 900, "seen": 900, "in_the_way": 900, "other_side": 300, "ask": 300},
    "impact": {"changed": 900, "luck": 900, "agree": 300},
}

#: Alembic works for one thread at a time.
MAKING = asyncio.Lock()

#: Seconds until a page that has not recovered gets a next visit, and until that has failed too.
PATIENCE = 60.0

#: Tells us what the page reports: saved answers as they are acknowledged, and each time a prompt says "saved".
TELL = """
document.addEventListener("al:saved", ({ detail }) => alTell({ what: "al:saved", ...detail }));
document.addEventListener("DOMContentLoaded", () => {
  for (const el of document.querySelectorAll(".al-prompt")) {
    const line = el.querySelector(".al-state"), field = el.querySelector(".al-field .al-input");
    if (!line || !field) continue;
    new MutationObserver(() => {
      if (line.dataset.state === "saved")
        alTell({ what: "said", prompt: el.dataset.prompt, value: field.value, version: Number(el.dataset.version) });
    }).observe(line, { attributes: true, attributeFilter: ["data-state"] });
  }
});
"""

LOOK = """() => Object.fromEntries([...document.querySelectorAll(".al-prompt")].filter(el => el.querySelector(".al-foot"))
  .map(el => [el.dataset.prompt, [el.querySelector(".al-state").dataset.state, el.querySelector(".al-field .al-input")?.value ?? ""]]))"""

_WORDS = "the night hears what day said and nobody wrote it down so we ask again who was there áé ção — “yes” 夜 🙂 ok"
WORDS = tuple(_WORDS.split())


class Lane:
    """A learner at one place, behind a proxy."""

    def __init__(
        self, name: str, place: Place, rng: random.Random, log: IO[str], spoil: tuple[str, str] | None = None
    ) -> None:
        self.spoil = spoil
        self.patience = PATIENCE / 10 if spoil else PATIENCE
        self.name, self.place, self.rng, self._log = name, place, rng, log
        self.book = "scope"
        self.sheets = {book: {prompt: Sheet() for prompt in prompts} for book, prompts in PROMPTS.items()}
        self.wrong: list[str] = []
        self.edits = self.acknowledged = self.words = 0
        self.context: BrowserContext | None = None
        self.proxy: Proxy | None = None
        self.page: Page

    # Coming and going.

    async def open(self, browser: Browser) -> None:
        """Start the server and the network, and come with a new profile."""
        async with MAKING:
            await asyncio.to_thread(self.place.make)
        await asyncio.to_thread(self.place.start)
        self.proxy = await Proxy(self.place.port, self.rng).start()
        self.context = await browser.new_context(viewport={"width": 900, "height": 700})
        cookie = {"name": SESSION_COOKIE, "value": self.place.session, "domain": "127.0.0.1", "path": "/"}
        await self.context.add_cookies([cookie])
        await self.context.add_init_script(TELL)
        await self.context.expose_binding("alTell", self._told)
        if self.spoil:
            await self.context.route("**/workbook.js*", self._spoil)
        await self.visit(self.book)

    async def _spoil(self, route: Route) -> None:
        """Give the page a module with a fault in it."""
        assert self.spoil is not None
        reply = await route.fetch()
        text = await reply.text()
        assert self.spoil[0] in text, "there is nothing to spoil"
        await route.fulfill(response=reply, body=text.replace(*self.spoil))

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # it may be gone already, and the place must be closed all the same
            await self.context.close()
        if self.proxy:
            await self.proxy.stop()
        await asyncio.to_thread(self.place.close)

    async def visit(self, book: str) -> None:
        """Open a workbook in a new tab."""
        self.book = book
        self.page = await self.context.new_page()
        self.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        self.page.on("pageerror", lambda error: self.complain(f"error in the page: {error}"))
        await self.page.goto(self.address, wait_until="domcontentloaded")
        await self.ready()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}/workbooks/{self.place.books[self.book]}"

    async def ready(self) -> None:
        """Wait until the prompts are live. (Playwright's own waiting evaluates text, which the page forbids.)"""
        until = time.monotonic() + 30
        while not await self.page.evaluate("() => window.actionlearn?.prompts.size ?? 0"):
            if time.monotonic() > until:
                raise TimeoutError(f"the prompts did not become live: {self.wrong}")
            await asyncio.sleep(0.02)

    # The log.

    def note(self, what: str, **more: Any) -> None:
        self._log.write(json.dumps({"at": round(time.time(), 4), "lane": self.name, "what": what, **more}) + "\n")

    def complain(self, what: str) -> None:
        self.wrong.append(what)
        self.note("wrong", says=what)

    async def head(self, book: str, prompt: str) -> tuple[int, str]:
        """Return version and text as the store has them."""
        key = (self.place.books[book], prompt)
        slow = isinstance(self.place, Cluster)
        version, value = await asyncio.to_thread(self.place.head, *key) if slow else self.place.head(*key)
        return version, value or ""

    async def _told(self, source: Any, said: dict[str, Any]) -> None:
        """Hold what the page reports against the store, at once."""
        book = next((name for name, id in self.place.books.items() if id in source["page"].url), self.book)
        sheet = self.sheets[book].get(said["prompt"])
        if sheet is None:
            return
        self.note(said["what"], prompt=said["prompt"], version=said["version"], value=(said["value"] or "")[-60:])
        states = sheet.states
        if wrong := sheet.heard(said["value"], said["version"]):
            self.complain(wrong)
        version, stored = await self.head(book, said["prompt"])
        if states is not sheet.states:
            return  # the text was begun again while this was looked up
        if version < said["version"] or (version == said["version"] and stored != (said["value"] or "")):
            self.complain(
                f"{said['prompt']}: said to be saved as version {said['version']}; the store has {version} {stored[-40:]!r}"
            )
        elif stored not in states:
            self.complain(f"{said['prompt']}: the store has what was never typed: {stored[-40:]!r}")

    # Typing.

    def some(self, least: int = 1) -> list[str]:
        names = list(self.sheets[self.book])
        return self.rng.sample(names, self.rng.randint(least, min(3, len(names))))

    async def type(self, prompt: str, words: int = 0) -> None:
        """Write some words at the end, now and then at the start, now and then with a slip put right."""
        sheet = self.sheets[self.book][prompt]
        self.edits += 1
        area = f"#p-{prompt} .al-field .al-input"
        await self.page.focus(area)
        at_start = bool(sheet.text) and self.rng.random() < 0.15
        await self.page.keyboard.press("Control+Home" if at_start else "Control+End")
        at = 0 if at_start else len(sheet.text)
        pace = self.rng.choice((0.0, 0.0, 0.01, 0.03))
        for key in self._keys(words or self.rng.randint(1, 4)):
            if key == "Backspace":
                sheet.type(sheet.text[: at - 1] + sheet.text[at:])
                at -= 1
                await self.page.keyboard.press(key)
            else:
                sheet.type(sheet.text[:at] + key + sheet.text[at:])
                at += 1
                await self.page.keyboard.type(key)
            if pace:
                await asyncio.sleep(pace)
        self.note("typed", prompt=prompt, text=sheet.text[-60:])

    def _keys(self, words: int) -> list[str]:
        keys: list[str] = []
        for _ in range(words):
            self.words += 1
            keys += [*self.rng.choice(WORDS), *f"{self.words:x} "]
            if self.rng.random() < 0.1:
                keys += ["x", "y", "Backspace", "Backspace"]
        return keys

    def in_flight(self) -> list[str]:
        return [prompt for prompt, sheet in self.sheets[self.book].items() if sheet.in_flight]

    async def into_flight(self) -> int:
        """Type here and there, rest a moment or none, and return with an edit that nobody has acknowledged."""
        for prompt in self.some():
            await self.type(prompt)
        await asyncio.sleep(self.rng.choice((0.0, 0.0, self.rng.uniform(0.2, 0.5))))
        if not self.in_flight():
            await self.type(self.some()[0], 1)
        return len(self.in_flight())

    async def type_on(self, seconds: float) -> None:
        """Keep typing for a while."""
        until = time.monotonic() + seconds
        for prompt in self.some(2):
            await self.type(prompt, 1)
            if time.monotonic() > until:
                return
            await asyncio.sleep(self.rng.uniform(0, max(0.0, until - time.monotonic()) / 2))
        await asyncio.sleep(max(0.0, until - time.monotonic()))

    # Judging.

    async def all_there(self) -> bool:
        """Tell whether page and store have what was typed, and the page says so."""
        try:
            shown = await self.page.evaluate(LOOK)
        except Error:  # on its way to another page
            return False
        for prompt, sheet in self.sheets[self.book].items():
            state, text = shown.get(prompt, ("", ""))
            if state == "two":
                self.complain(f"{prompt}: asked to choose between two versions, with one tab")
                await self.page.click(f"#p-{prompt} .al-two button")
                return False
            if state != "saved" or text != sheet.text:
                return False
        for prompt, sheet in self.sheets[self.book].items():
            version, stored = await self.head(self.book, prompt)
            if stored != sheet.text:
                return False
            sheet.heard(stored, version)  # a page that comes with the words in it and says "saved" says so, too
        return True

    async def unsettled(self) -> dict[str, list[str]]:
        """Return what the page shows where that is not what was typed and saved."""
        shown = await self.page.evaluate(LOOK)
        sheets = self.sheets[self.book]
        return {
            prompt: [shown[prompt][0], shown[prompt][1][-40:]]
            for prompt in sheets
            if shown[prompt] != ["saved", sheets[prompt].text]
        }

    async def settled(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if await self.all_there():
                return True
            await asyncio.sleep(0.04)
        return False

    async def next_visit(self) -> None:
        """Reload, as somebody does who comes back."""
        await self.page.goto(self.address, wait_until="domcontentloaded", timeout=60_000)
        await self.ready()

    async def judge(self) -> tuple[int, int]:
        """Compare page, store and log; return characters lost and doubled, and begin again from what is there."""
        lost = doubled = 0
        for prompt, sheet in self.sheets[self.book].items():
            _, stored = await self.head(self.book, prompt)
            gone, more = compare(sheet.text, stored)
            if gone or more:
                self.complain(f"{prompt}: typed {sheet.text[-60:]!r}, stored {stored[-60:]!r}")
            lost, doubled = lost + gone, doubled + more
            sheet.rest(stored)
        return lost, doubled

    async def begin_again(self) -> None:
        """Empty the prompts whose text is long, so that the next rounds are as quick."""
        long = [
            prompt for prompt, most in PROMPTS[self.book].items() if len(self.sheets[self.book][prompt].text) > most
        ]
        for prompt in long:
            await self.page.focus(f"#p-{prompt} .al-field .al-input")
            await self.page.keyboard.press("Control+A")
            self.sheets[self.book][prompt].type("")
            await self.page.keyboard.press("Delete")
        if long and await self.settled(self.patience):
            await self.judge()
