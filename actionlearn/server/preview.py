"""Seeing a template as a learner will: one page, with sample answers, made again at every change of the file.

It is the ordinary server and the ordinary page, on a store that is thrown away.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from actionlearn import notebook, template, views
from actionlearn.answers import kinds
from actionlearn.answers.kinds import KINDS
from actionlearn.errors import ActionlearnError, Missing
from actionlearn.i18n import say
from actionlearn.server import serve
from actionlearn.server.web import schemas as web_schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.context import ServerContext
from actionlearn.server.web.operations import operation
from actionlearn.settings import Settings
from actionlearn.store import Connection, now, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks

if TYPE_CHECKING:
    from actionlearn.store import Store


class TemplatePreview:
    """A template, and the workbook that is made of it again and again.

    Parameters
    ----------
    path
        The template's file.
    store, data
        Where the workbook goes; thrown away at the end.
    """

    def __init__(self, path: Path, store: Store, data: Path) -> None:
        self._path, self._store, self._data = path, store, data
        self._changed_at = 0
        self._lock = threading.Lock()
        self.id = str(uuid4())
        self.stamp = "0"
        self.person = store.write(self._begin)

    def _begin(self, c: Connection) -> str:
        members.put_cohort(c, id="preview", name="Preview", locale="en", time_zone="UTC", programme={})
        person = members.add_person(c, username="preview", firstname="")
        members.grant(c, "preview", person.id, "learner")
        return person.id

    def refresh(self) -> str:
        """Make the workbook again where the file has changed; return a stamp of what it was made from.

        Raises
        ------
        Missing, TemplateError
            The file is not there, or has faults: all of them are in the error.
        """
        with self._lock:  # the page and its script may ask at once
            return self._refresh()

    def _refresh(self) -> str:
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            raise Missing("server.no_such_file", path=self._path.name) from None
        if changed == self._changed_at:
            return self.stamp
        parsed = template.load(self._path, views=views.VIEWS)
        file = self._data / "preview.ipynb"
        file.write_text(notebook.dumps(notebook.to_notebook(parsed)), "utf-8")
        self._store.write(lambda c: self._store_workbook(c, parsed))
        self._changed_at, self.stamp = changed, f"{changed:x}"
        return self.stamp

    def _store_workbook(self, c: Connection, parsed: template.Template) -> None:
        # Whoever looks reads the kit's own words in the language of the template.
        members.update_person(c, self.person, firstname=say("You", parsed.locale), locale=parsed.locale)
        same: dict[str, Any] = {"template_hash": parsed.hash, "title": parsed.title, "path": "preview.ipynb"}
        if self._changed_at == 0:
            key: dict[str, Any] = {"id": self.id, "cohort": "preview", "owner": self.person, "template": parsed.id}
            workbooks.add_workbook(c, **key, number=1, locale=parsed.locale, **same)
        else:
            locale = workbooks.workbook(c, self.id).locale
            workbooks.put_notebook(c, self.id, locale, parameters={}, **same)
        answers = drafts.drafts(c, self.id)
        for prompt in parsed.prompts:
            if prompt.id not in answers and prompt.by == "learner":
                value = kinds.check(prompt, KINDS[prompt.kind].sample(prompt, parsed.locale))
                key = {"workbook": self.id, "prompt": prompt.id, "person": self.person, "client": str(uuid4())}
                drafts.save(c, **key, seq=1, base=0, value=value, now=now())


def preview(path: Path, settings: Settings, ready: Callable[[str], None]) -> None:
    """Show a template until told to stop.

    Parameters
    ----------
    path
        The template's file.
    settings
        Every setting; the data folder is not used.
    ready
        Called with the address of the page.

    Raises
    ------
    Missing, TemplateError
        The file is not there, or has faults when it begins.
    """
    data = Path(tempfile.mkdtemp(prefix="al-preview-"))
    try:
        store = open_store(data)
        try:
            template_preview = TemplatePreview(path, store, data)
            template_preview.refresh()
            own = replace(settings, data=str(data))
            page = f"{settings.base_url}workbooks/{template_preview.id}"
            serve.run(
                ServerContext(store=store, data=data, settings=own, demo=True, preview=template_preview.refresh),
                lambda _, address: ready(f"{address}view-as/preview?next={page}"),
            )
        finally:
            store.close()
    finally:
        shutil.rmtree(data, ignore_errors=True)


class PreviewStamp(ApiHandler):
    """What a previewed page was made from, for the page to ask."""

    @operation(gives={200: web_schemas.Stamp})
    async def get(self) -> None:
        """Make the page again where the file has changed, and send its stamp."""
        refresh = self.kit.preview
        if refresh is None:
            raise Missing("server.missing")
        try:
            self.send_json({"stamp": await asyncio.to_thread(refresh)})
        except ActionlearnError:  # the page is asked for again, and shows the faults
            self.send_json({"stamp": "faults"})
