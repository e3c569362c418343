"""Answers: saving them so that an acknowledged word is there once and for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from actionlearn.answers.items import numbered_title
from actionlearn.answers.prompts import Item, Reference, Value
from actionlearn.errors import AnswerError
from actionlearn.permissions import Audience
from actionlearn.store.clock import now as this_instant
from actionlearn.store.clock import shifted
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import Draft, SaveConflict, Saved, Workbook
from actionlearn.store.tables import schema
from actionlearn.store.tables.columns import canonical, fingerprint
from actionlearn.store.workbooks import revisions as history
from actionlearn.store.workbooks import workbooks

_DRAFT = columns(schema.draft, Draft)

# Saving is the one act that people wait for as they type: its statements are made once, and are as few as can be.
# So are those that every page asks.
_D, _A = schema.draft, schema.acknowledgement
_OF: Any = bindparam("of")
_TO: Any = bindparam("to")
_FROM: Any = bindparam("from")
_BY: Any = bindparam("whose")
_STANDING = (
    select(*_DRAFT, _A.c.seq, _A.c.value_hash, _A.c.reply)
    .select_from(
        schema.workbook.outerjoin(_D, and_(_D.c.workbook == _OF, _D.c.prompt == _TO)).outerjoin(
            _A, and_(_A.c.workbook == _OF, _A.c.prompt == _TO, _A.c.person == _BY, _A.c.client == _FROM)
        )
    )
    .where(schema.workbook.c.id == _OF)
)
_NEW_HEAD = update(_D).where(_D.c.workbook == _OF, _D.c.prompt == _TO)
_NEW_LAST = update(_A).where(_A.c.workbook == _OF, _A.c.prompt == _TO, _A.c.person == _BY, _A.c.client == _FROM)
_TOUCHED = update(schema.workbook).where(schema.workbook.c.id == _OF, schema.workbook.c.started_at.is_(None))
_DRAFTS = select(*_DRAFT).where(_D.c.workbook == _OF).order_by(_D.c.prompt)
_CHOSEN = select(schema.audience.c.prompt, schema.audience.c.audience).where(schema.audience.c.workbook == _OF)

#: How long a repeated message still gets its own reply.
KEPT_DAYS = 90


@dataclass(frozen=True)
class _Message:
    """One save, as it came in."""

    workbook: str
    prompt: str
    person: str
    client: str
    seq: int
    base: int
    value: Value
    now: str


@dataclass(frozen=True)
class _Last:
    """The last message of one client to one prompt."""

    seq: int
    value_hash: str
    reply: Saved | SaveConflict


def save(
    c: Connection,
    *,
    workbook: str,
    prompt: str,
    person: str,
    client: str,
    seq: int,
    base: int,
    value: Value,
    now: str = "",
) -> Saved | SaveConflict:
    """Save one answer: exactly once by (person, client, seq), and never silently over somebody else's words.

    Parameters
    ----------
    workbook, prompt
        Which answer; the prompt and the value were checked before.
    person
        Who writes.
    client, seq
        The tab that sends this, and the number it gave to this edit. A tab's numbers only rise, and are its person's:
        whoever learns of a tab's id can say nothing in its name.
    base
        The version that the edit was made on; 0 where there was none.
    value
        What to save, as `kinds.check` returned it.
    now
        The instant, for tests.

    Returns
    -------
    Saved or Behind
        `Saved`: it is the head. `Behind`: somebody else's version is the head; this one is kept as a revision.
        The same message again gets the same reply again, whatever has happened in between. A message that
        newer ones of its own client overtook changes nothing.

    Raises
    ------
    AnswerError
        ``answers.reused_seq`` or ``answers.future_base``: nothing was written.
    """
    message = _Message(
        workbook=workbook,
        prompt=prompt,
        person=person,
        client=client,
        seq=seq,
        base=base,
        value=value,
        now=now or this_instant(),
    )
    head, last = _standing(c, message)
    if last is not None and last.seq >= seq:
        return _again(message, last, head)
    if not 0 <= base <= (head.version if head else 0):
        raise AnswerError("answers.future_base", prompt=prompt)
    reply = _decide(c, message, last, head)
    _acknowledge(c, message, reply, known=last is not None)
    return reply


def _again(message: _Message, last: _Last, head: Draft | None) -> Saved | SaveConflict:
    """Reply to a message that was here before, or that came after a newer one of its client."""
    # An erasure leaves no hash behind: then any value is taken for the one that was sent.
    if last.seq == message.seq and last.value_hash not in ("", fingerprint(message.value)):
        raise AnswerError("answers.reused_seq", prompt=message.prompt)
    if last.seq == message.seq or head is None or _stands(last, head):
        return last.reply
    return SaveConflict(head)


def _stands(last: _Last | None, head: Draft) -> bool:
    """Tell whether what the client last said is the head: what it says next follows, heard it of that or not."""
    return last is not None and isinstance(last.reply, Saved) and last.reply.version == head.version


def _decide(c: Connection, message: _Message, last: _Last | None, head: Draft | None) -> Saved | SaveConflict:
    if head is None:
        return _become_head(c, message, 1, first=message.value is not None)
    if canonical(head.value) == canonical(message.value):
        return Saved(head.version, head.saved_at)
    if message.base == head.version or _stands(last, head):
        return _become_head(c, message, head.version + 1, first=head.value is None)
    history.cut_revision(c, message.workbook, message.prompt, "met", message.now)
    mine = Draft(
        prompt=message.prompt, version=message.base, value=message.value, by=message.person, saved_at=message.now
    )
    history.add_revision(c, message.workbook, mine, "conflict", message.now)
    return SaveConflict(head)


def _become_head(c: Connection, message: _Message, version: int, *, first: bool) -> Saved:
    values = {"version": version, "value": message.value, "by": message.person, "saved_at": message.now}
    if version == 1:
        c.execute(insert(schema.draft), {"workbook": message.workbook, "prompt": message.prompt, **values})
    else:
        c.execute(_NEW_HEAD, {"of": message.workbook, "to": message.prompt, **values})
    if first:  # something was said where nothing was
        c.execute(_TOUCHED, {"of": message.workbook, "started_at": message.now})
    return Saved(version, message.now)


def _standing(c: Connection, message: _Message) -> tuple[Draft | None, _Last | None]:
    """Return the head, and the last message of this client, in one question to the database."""
    asked = {"of": message.workbook, "to": message.prompt, "whose": message.person, "from": message.client}
    row = c.execute(_STANDING, asked).first()
    if row is None:
        return None, None
    *head, seq, hash, reply = row
    last = None if seq is None else _Last(seq, hash, _reply(reply))
    return None if head[1] is None else Draft(*head), last


def _acknowledge(c: Connection, message: _Message, reply: Saved | SaveConflict, *, known: bool) -> None:
    values = {"seq": message.seq, "value_hash": fingerprint(message.value), "reply": asdict(reply), "at": message.now}
    key = {"workbook": message.workbook, "prompt": message.prompt, "person": message.person, "client": message.client}
    if known:
        bound = {"of": key["workbook"], "to": key["prompt"], "whose": key["person"], "from": key["client"]}
        c.execute(_NEW_LAST, {**bound, **values})
    else:
        c.execute(insert(schema.acknowledgement), {**key, **values})


def _reply(stored: dict[str, Any]) -> Saved | SaveConflict:
    return SaveConflict(Draft(**stored["head"])) if "head" in stored else Saved(**stored)


def prune_acknowledgements(c: Connection, now: str = "") -> int:
    """Forget the replies that are older than `KEPT_DAYS`; return how many."""
    table = schema.acknowledgement
    return c.execute(delete(table).where(table.c.at < shifted(now or this_instant(), days=-KEPT_DAYS))).rowcount


# Reading --------------------------------------------------------------------------------------


def drafts(c: Connection, workbook: str) -> dict[str, Draft]:
    """Return the heads of a workbook by prompt; also of prompts that its template no longer has."""
    rows = c.execute(_DRAFTS, {"of": workbook})
    return {row.prompt: Draft(*row) for row in rows}


def items(
    c: Connection,
    workbook: Workbook | str,
    references: Iterable[str],
    *,
    revisions: bool = False,
    known: Sequence[tuple[Workbook, Mapping[str, Draft]]] | None = None,
) -> dict[str, list[Item]]:
    """Return the answers that references lead to, from one workbook on.

    ``need`` is this workbook, ``scope.need`` its owner's newest scope, ``scope*.need`` all of them by number.
    A workbook without that answer gives an item without value; no such workbook gives none.
    Question, kind and labels are left for the caller, who has the notebook. With ``revisions`` each
    item has its earlier versions too. Whoever knows all the owner's workbooks with their drafts may say so.

    Raises
    ------
    ValueError
        A text is no reference.
    """
    wanted = tuple(references)
    if not wanted:
        return {}
    here = workbooks.workbook(c, workbook) if isinstance(workbook, str) else workbook
    books = (
        workbooks.workbooks_of(c, cohort=here.cohort, owner=here.owner)
        if known is None
        else [book for book, _ in known]
    )
    same = [each for each in books if each.about == here.about]
    by_workbook: dict[str, Mapping[str, Draft]] = {book.id: drafts_of for book, drafts_of in known or ()}
    found: dict[str, list[Item]] = {}
    for text in wanted:
        reference = Reference.parse(text)
        sources = [here] if not reference.template else [each for each in same if each.template == reference.template]
        found[text] = []
        for source in sources if reference.every else sources[-1:]:
            if source.id not in by_workbook:
                by_workbook[source.id] = drafts(c, source.id)
            item = _item(text, source, by_workbook[source.id].get(reference.prompt))
            past = history.past_answers(c, source.id, reference.prompt) if revisions else ()
            ahead = bool(reference.template) and source.template == here.template and source.number >= here.number
            found[text].append(replace(item, revisions=past, ahead=ahead, place=source.id))
    return found


def _item(reference: str, source: Workbook, draft: Draft | None) -> Item:
    title = numbered_title(source.title, source.number)
    if draft is None:
        return Item(reference, workbook=title)
    return Item(
        reference=reference, value=draft.value, workbook=title, when="" if draft.value is None else draft.saved_at
    )


# Who may read it, once it is shared -----------------------------------------------------------


def audiences(c: Connection, workbook: str) -> dict[str, tuple[Audience, ...]]:
    """Return the audiences that the learner chose, by prompt; the others are as the template says."""
    rows = c.execute(_CHOSEN, {"of": workbook})
    return {row.prompt: tuple(row.audience) for row in rows}


def put_audience(
    c: Connection, *, workbook: str, prompt: str, audience: Iterable[Audience], person: str, now: str = ""
) -> tuple[Audience, ...]:
    """Set who may read an answer once it is shared (checked by `prompts.audience_from` before)."""
    chosen = tuple(audience)
    values = {"audience": list(chosen), "by": person, "at": now or this_instant()}
    upsert(c, schema.audience, {"workbook": workbook, "prompt": prompt}, values)
    return chosen
