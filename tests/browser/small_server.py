"""A server of one page for the tests of prompt.js: the real store and the real protocol, and ways to fail."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from actionlearn.answers.items import Item
from actionlearn.answers.kinds import check
from actionlearn.answers.prompts import Column, Option, Prompt, check_audience
from actionlearn.errors import ActionlearnError
from actionlearn.i18n import hint, sentence
from actionlearn.store import open_store
from actionlearn.store.records import SaveConflict
from actionlearn.store.workbooks.drafts import audiences, drafts, put_audience, save
from actionlearn.store.workbooks.revisions import cut_revision, revisions
from actionlearn.store.workbooks.workbooks import practice_workbook
from actionlearn.widgets.prompt import asset
from actionlearn.widgets.prompt_html import prompt_html, ui_words

ABC = (Option("a", "Aim"), Option("b", "Build"), Option("c", "Check"))
PROMPTS = (
    Prompt("need", "What needs to change?", hint="Say it plainly.", required=True),
    Prompt("title", "A short name?", kind="short-text"),
    Prompt("terrain", "What is it like?", kind="choice", options=ABC),
    Prompt("tools", "Which of these?", kind="choices", options=ABC),
    Prompt("sure", "How sure are you?", kind="scale", low_label="Not at all", high_label="Wholly"),
    Prompt("count", "How many?", kind="number"),
    Prompt("when", "By when?", kind="date"),
    Prompt(
        "actions",
        "What will you do first?",
        kind="table",
        columns=(Column("what", "What"), Column("by", "By when", "date"), Column("state", "State", "choice", ABC)),
    ),
)
CSP = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


class SmallServer:
    """Serves one workbook of one person. `failing` says how to treat the next saves."""

    def __init__(self, data: Path) -> None:
        self.store = open_store(data)
        made: dict[str, str] = {"template": "scope", "template_hash": "x", "locale": "en", "title": "Scope"}
        self.workbook = self.store.write(lambda c: practice_workbook(c, **made))
        self.prompts = {prompt.id: prompt for prompt in PROMPTS}
        self.extra = ""  # HTML after the prompts
        self.offered: dict[str, Item] = {}
        self.failing = ""
        self.delay = 0.0
        self.script_delay = 0.0
        self.signed_in = True
        self.puts: list[dict[str, Any]] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, self))
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop, and let go of the store."""
        self.http.shutdown()
        self.http.server_close()
        self.store.close()

    def value(self, prompt: str) -> Any:
        """Return what the store has."""
        draft = self.store.read(partial(drafts, workbook=self.workbook.id)).get(prompt)
        return draft.value if draft else None

    def causes(self, prompt: str) -> list[str]:
        """Return why revisions were cut."""
        return [each.cause for each in self.store.read(lambda c: revisions(c, self.workbook.id, prompt))]

    def save(self, prompt: str, value: Any, base: int, client: str = "elsewhere", seq: int = 1) -> Any:
        """Save from another place."""
        made: dict[str, Any] = {"workbook": self.workbook.id, "prompt": prompt, "person": self.workbook.owner}
        return self.store.write(lambda c: save(c, **made, client=client, seq=seq, base=base, value=value))

    def page(self) -> str:
        """Return the page, words in it."""
        found = self.store.read(partial(drafts, workbook=self.workbook.id))
        chosen = self.store.read(partial(audiences, workbook=self.workbook.id))
        made = []
        for prompt in PROMPTS:
            draft = found.get(prompt.id)
            known = {"value": draft.value, "version": draft.version, "saved_at": draft.saved_at} if draft else {}
            made.append(
                prompt_html(prompt, **known, audience=chosen.get(prompt.id), offered=self.offered.get(prompt.id))
            )
        data = {"workbook": self.workbook.id, "person": self.workbook.owner, "api": "/api/", "locale": "en"}
        data["words"] = json.dumps(ui_words("en"))
        attributes = " ".join(f'data-al-{name}="{escape(value)}"' for name, value in data.items())
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Scope</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="/prompts.css"><script type="module" src="/js/prompt.js"></script></head>'
            f"<body><header><p data-al-status></p></header><main {attributes}><h1>Scope</h1>{''.join(made)}{self.extra}</main></body></html>"
        )


class Handler(BaseHTTPRequestHandler):
    """Answers for a `SmallServer`."""

    def __init__(self, kit: SmallServer, *args: Any) -> None:
        self.kit = kit
        super().__init__(*args)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def reply(self, status: int, body: str | None, type: str = "application/json") -> None:
        """Send a whole reply."""
        raw = b"" if body is None else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{type}; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        """Give the page, its files or the answers."""
        if self.path in ("/js/prompt.js", "/prompts.css"):
            time.sleep(self.kit.script_delay)
            type = "text/javascript" if self.path.endswith("js") else "text/css"
            return self.reply(200, asset(self.path[1:]), type)
        if self.path.endswith("/answers"):
            found = self.kit.store.read(partial(drafts, workbook=self.kit.workbook.id))
            return self.reply(200, json.dumps({"answers": {id: asdict(draft) for id, draft in found.items()}}))
        return self.reply(200, self.kit.page(), "text/html")

    def do_POST(self) -> None:
        """Cut a revision."""
        message = self.message()
        prompt = self.path.rsplit("/", 1)[1]
        self.kit.store.write(lambda c: cut_revision(c, self.kit.workbook.id, prompt, message["cause"]))
        self.reply(204, None)

    def message(self) -> Any:
        """Read what came."""
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_PUT(self) -> None:
        """Save an answer or an audience, or fail as the test wants."""
        kit, message = self.kit, self.message()
        assert self.headers["X-Requested-With"] == "actionlearn"
        what, prompt = self.path.rsplit("/", 2)[1:]
        if kit.failing == "down":
            return self.connection.close()
        if not kit.signed_in:
            return self.reply(401, json.dumps({"error": {"code": "server.sign_in", "message": "", "hint": ""}}))
        if kit.failing == "503":
            return self.reply(503, "<h1>Bad gateway</h1>", "text/html")
        time.sleep(kit.delay)
        if what == "audience":
            chosen = check_audience(message["audience"])
            made: dict[str, Any] = {"workbook": kit.workbook.id, "prompt": prompt, "person": kit.workbook.owner}
            kit.store.write(lambda c: put_audience(c, **made, audience=chosen))
            return self.reply(200, json.dumps({"audience": chosen}))
        return self.answer(prompt, message)

    def answer(self, prompt: str, message: dict[str, Any]) -> None:
        """Save an answer."""
        kit = self.kit
        kit.puts.append({"prompt": prompt, **message})
        made = {name: message[name] for name in ("person", "client", "seq", "base")}
        try:
            value = check(kit.prompts[prompt], message["value"])
            done = kit.store.write(lambda c: save(c, workbook=kit.workbook.id, prompt=prompt, value=value, **made))
        except ActionlearnError as error:
            told = {"code": error.code, "values": error.values, "message": sentence(error), "hint": hint(error)}
            return self.reply(error.status, json.dumps({"error": told}))
        if kit.failing == "drop":  # it is in the store, and nobody hears of it
            return self.connection.close()
        if isinstance(done, SaveConflict):
            return self.reply(409, json.dumps({"head": asdict(done.head)}))
        return self.reply(200, json.dumps(asdict(done)))
