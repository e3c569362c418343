"""What practice keeps: a store like any other, with one person in it, made at the first save."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from actionlearn.answers.kinds import check
from actionlearn.answers.locks import check_not_locked
from actionlearn.answers.prompts import Item, Past, Prompt
from actionlearn.errors import ActionlearnError, AnswerError, Missing, Refused
from actionlearn.i18n import hint, sentence
from actionlearn.workbook.mode import WorkbookInfo

if TYPE_CHECKING:
    from actionlearn.store import Connection, Store
    from actionlearn.store.records import Draft, Workbook

_log = logging.getLogger(__name__)


class PracticeStore:
    """The answers of one notebook, in the practice folder.

    Parameters
    ----------
    about
        The workbook.
    folder
        Where they are.
    """

    def __init__(self, about: WorkbookInfo, folder: Path) -> None:
        self.about = about
        self.folder = folder
        self.drafts: dict[str, Draft] = {}
        self._store: Store | None = None
        self._workbook: Workbook | None = None
        if (folder / "server.lock").exists():
            raise Refused("answers.folder_of_a_server", folder=str(folder))
        if (folder / "actionlearn.sqlite").is_file():
            self._remember()

    @property
    def workbook(self) -> str:
        """Id of the workbook in the store; empty before anything was saved."""
        return self._workbook.id if self._workbook else ""

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # Writing ------------------------------------------------------------------------------------

    def save(self, prompt: Prompt, message: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Save one edit; return status and body as the server's API does."""
        try:
            return self._saved(prompt, message)
        except ActionlearnError as error:
            locale = self.about.locale
            texts = {"message": sentence(error, locale), "hint": hint(error, locale)}
            return error.status, {"error": {"code": error.code, "values": error.values, **texts}}
        except Exception:  # noqa: BLE001 - the page must hear that it was not saved, and the log why
            _log.exception("an answer to %s was not saved", prompt.id)
            return 500, {}

    def _saved(self, prompt: Prompt, message: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        from actionlearn.store import now
        from actionlearn.store.records import Draft, SaveConflict
        from actionlearn.store.workbooks import drafts

        kinds = {"client": str, "seq": int, "base": int}
        missing = [name for name, kind in kinds.items() if not isinstance(message.get(name), kind)]
        if missing:
            raise AnswerError("answers.bad_message", missing=missing)
        value = check(prompt, message.get("value"))
        check_not_locked(prompt, value, self.drafts, now())
        store = self._open()
        workbook = self._workbook = self._workbook or store.write(self._make)
        reply = store.write(
            lambda c: drafts.save(
                c,
                workbook=workbook.id,
                prompt=prompt.id,
                person=workbook.owner,
                value=value,
                **{name: message[name] for name in kinds},
            )
        )
        if isinstance(reply, SaveConflict):
            return 409, {"head": asdict(reply.head)}
        self.drafts[prompt.id] = Draft(
            prompt=prompt.id, version=reply.version, value=value, by=workbook.owner, saved_at=reply.saved_at
        )
        return 200, {"version": reply.version, "saved_at": reply.saved_at}

    def cut(self, prompt: str, cause: str) -> None:
        """Keep the present answer as a version."""
        from actionlearn.store.records import Cause
        from actionlearn.store.workbooks import revisions

        workbook = self._workbook
        if workbook is None or cause not in get_args(Cause):
            return
        with suppress(ActionlearnError):
            self._open().write(lambda c: revisions.cut_revision(c, workbook.id, prompt, cause))  # type: ignore[arg-type]

    # Reading ------------------------------------------------------------------------------------

    def past(self, prompt: str) -> tuple[Past, ...]:
        """Return the versions of an answer that were kept."""
        from actionlearn.store.workbooks import revisions

        workbook = self._workbook
        return self._open().read(lambda c: revisions.past_answers(c, workbook.id, prompt)) if workbook else ()

    def others(self, reference: str, *, back: bool) -> list[Item]:
        """Return answers in one's other workbooks, as they are now; looking back, with earlier versions."""
        from actionlearn.store.people import members
        from actionlearn.store.workbooks import drafts, workbooks

        def act(c: Connection) -> list[Item]:
            me = members.person_by_username(c, "me")
            mine = workbooks.workbooks_of(c, cohort="practice", owner=me.id) if me else []
            here = self._workbook or next(iter(mine), None)
            found = drafts.items(c, here, [reference], revisions=back)[reference] if here else []
            # What is not begun yet comes after all others of its kind.
            return found if self._workbook else [replace(each, ahead=False) for each in found]

        return self._store.read(act) if self._store else []

    # The store ----------------------------------------------------------------------------------

    def _open(self) -> Store:
        """Return the store, refusing one that a server uses."""
        from actionlearn.store import open_store
        from actionlearn.store.people.members import cohorts

        if self._store is None:
            store = open_store(self.folder)
            if any(cohort.id != "practice" for cohort in store.read(cohorts)):
                store.close()
                raise Refused("answers.folder_of_a_server", folder=str(self.folder))
            self._store = store
        return self._store

    def _remember(self) -> None:
        """Read what was answered before."""
        from actionlearn.store.workbooks import drafts

        store = self._open()
        self._workbook = store.read(self._find)
        if self._workbook is not None:
            self.drafts = store.read(partial(drafts.drafts, workbook=self._workbook.id))

    def _find(self, c: Connection) -> Workbook | None:
        from actionlearn.store.people import members
        from actionlearn.store.workbooks import workbooks

        if self.about.workbook:
            try:
                return workbooks.workbook(c, self.about.workbook)
            except Missing:
                return None
        me = members.person_by_username(c, "me")
        return workbooks.find_workbook(c, "practice", me.id, self.about.template, 1) if me else None

    def _make(self, c: Connection) -> Workbook:
        from actionlearn.store.people import members
        from actionlearn.store.workbooks import workbooks

        found = self._find(c)
        if found is not None:
            return found
        about = self.about
        made: dict[str, Any] = {"template": about.template, "template_hash": about.template_hash}
        made |= {"locale": about.locale, "title": about.title}
        if not self.about.workbook:
            return workbooks.practice_workbook(c, **made)
        me = members.person_by_username(c, "me") or members.add_person(c, username="me")
        if not any(cohort.id == "practice" for cohort in members.cohorts(c)):
            members.put_cohort(c, id="practice", name="practice", locale=self.about.locale)
        number = workbooks.next_number(c, "practice", me.id, self.about.template)
        return workbooks.add_workbook(
            c, cohort="practice", owner=me.id, number=number, path="", id=self.about.workbook, **made
        )
