"""Pasting in a browser as people do: by the real clipboard where it matters, else by an event like it; and what a table says after."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from actionlearn.server.web.identity import SESSION_COOKIE

from .served_kit import World

#: A workbook with a table as in a plan, another of days and counts, a text and a day.
TEMPLATE = """---
template: pasted
title: Pasted
version: 1
minutes: 5
---
```{prompt} actions
:kind: table
:columns:
    what: What
    learn: What it may teach you
    by: {label: By when, kind: date}
    state: {label: State, kind: choice, options: {open: Open, done: Done, dropped: Dropped}}
What will you do first?
```

```{prompt} figures
:kind: table
:columns:
    on: {label: Day, kind: date}
    count: {label: Count, kind: number}
What did you count?
```

```{prompt} note
What else?
```

```{prompt} title
:kind: short-text
A short name?
```

```{prompt} when
:kind: date
By when?
```

```{prompt} many
:kind: number
How many?
```
"""

#: Three rows of the first table, as its cells say them.
FILLED = [
    ["Old one", "teach one", "2026-11-01", "open"],
    ["Old two", "teach two", "2026-11-02", "done"],
    ["Old three", "teach three", "2026-11-03", "dropped"],
]

_LOCK = Path(tempfile.gettempdir()) / f"clipboard-{os.getuid()}.lock"
_CELLS = """(id) => [...document.querySelectorAll(`.al-prompt[data-prompt='${id}'] tbody > tr`)].map(
  (tr) => [...tr.querySelectorAll('[data-column]')].map((cell) => cell.value))"""
_WRITE = """async (types) => navigator.clipboard.write([new ClipboardItem(Object.fromEntries(
  Object.entries(types).map(([kind, text]) => [kind, new Blob([text], { type: kind })])))])"""
_EVENT = """(control, types) => { control.focus(); const data = new DataTransfer();
  for (const [kind, text] of Object.entries(types)) data.setData(kind, text);
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  if (control.dispatchEvent(event)) document.execCommand('insertText', false, types['text/plain'] ?? ''); }"""
_DROP = """(control, [name, bytes]) => { const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  control.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }"""


def open_book(world: World, context: BrowserContext, who: str, name: str) -> Page:
    """Open a workbook as somebody, once its scripts run."""
    where = {"domain": "127.0.0.1", "path": "/"}
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], **where}])
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{world.port}/workbooks/{world.book[f'{who}/{name}']}")
    page.wait_for_function("() => window.actionlearn?.prompts.size")
    return page


def cells(page: Page, prompt: str) -> list[list[str]]:
    """Return what the cells of a table say, row by row."""
    found: list[list[str]] = page.evaluate(_CELLS, prompt)
    return found


def cell(page: Page, prompt: str, column: str, row: int = 1) -> Locator:
    """Find a cell."""
    return page.locator(f"#p-{prompt} tbody > tr:nth-child({row}) [data-column={column}]")


def fill_rows(page: Page, prompt: str, rows: list[list[str]]) -> None:
    """Let a table have these rows and no others, as if somebody had typed them, and wait until they are saved."""
    columns: list[str] = page.evaluate(
        "id => [...document.querySelectorAll(`#p-${id} tbody > tr:first-child [data-column]`)].map(c => c.dataset.column)",
        prompt,
    )
    table = page.locator(f"#p-{prompt}")
    while len(cells(page, prompt)) > 1:
        table.locator("[data-act=remove]").last.click()
    for number, row in enumerate(rows, 1):
        if number > 1:
            table.locator("[data-act=add]").click()
        for column, value in zip(columns, row, strict=True):
            control = cell(page, prompt, column, number)
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
    page.locator("h1").first.click()
    wait_saved(page)


def wait_saved(page: Page) -> None:
    """Wait until the store has all that the page shows."""
    page.wait_for_function("() => [...window.actionlearn.prompts.values()].every((each) => !each.unacknowledged)")


def types(text: str | None = None, html: str | None = None) -> dict[str, str]:
    """Return what is on a clipboard."""
    kinds = {"text/plain": text, "text/html": html}
    return {kind: words for kind, words in kinds.items() if words is not None}


def press_paste(page: Page, control: Locator, text: str | None = None, html: str | None = None) -> None:
    """Press Ctrl+V in a control, with this on the real clipboard, which one test of the machine has at a time."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        page.evaluate(_WRITE, types(text, html))
        control.focus()
        page.keyboard.press("Control+v")


def paste(control: Locator, text: str | None = None, html: str | None = None) -> None:
    """Paste without the clipboard of the system, which all browsers of the machine share."""
    control.evaluate(_EVENT, types(text, html))


def drop(control: Locator, name: str, data: bytes) -> None:
    """Drop a file."""
    control.evaluate(_DROP, [name, list(data)])


def stored(world: World, who: str, book: str, prompt: str) -> Any:
    """Return what the store has of an answer."""
    answers = world.ask(who, "GET", f"/api/workbooks/{world.book[f'{who}/{book}']}/answers").json["answers"]
    return answers[prompt]["value"] if prompt in answers else None
