"""Workbooks: one for an owner, a template and a number, with a notebook in each locale it is read in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, insert, select, update

from actionlearn.errors import Missing
from actionlearn.permissions import Resource
from actionlearn.store.clock import now
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.tables import schema

_W, _N = schema.workbook, schema.notebook
_IN_NOTEBOOK = ("template_hash", "locale", "title", "parameters", "path", "build_hash")
_COLUMNS = columns(_W, Workbook, **{name: _N.c[name] for name in _IN_NOTEBOOK})
_FIRST = and_(_N.c.workbook == _W.c.id, _N.c.locale == _W.c.locale)
_ORDER = (_W.c.template, _W.c.number, _W.c.created_at)

# Asked at each save and for each page: made once.
_M = schema.membership
_BY_ID = select(*_COLUMNS).join(_N, _FIRST).where(_W.c.id == bindparam("of"))
_SETS_OF = (
    select(_M.c.set_id)
    .where(_M.c.cohort == bindparam("in"), _M.c.person == bindparam("of"), _M.c.role == "learner", _M.c.set_id != "")
    .order_by(_M.c.set_id)
)


def add_workbook(
    c: Connection,
    *,
    cohort: str,
    owner: str,
    template: str,
    template_hash: str,
    locale: str,
    number: int,
    title: str,
    path: str,
    owner_kind: Literal["person", "set"] = "person",
    about: str = "",
    parameters: Mapping[str, str] | None = None,
    build_hash: str = "",
    id: str = "",
) -> Workbook:
    """Add a workbook with its first notebook. The id may be given, as it stands in the notebook.

    Raises
    ------
    Conflict
        The owner has one of this template and number.
    """
    key = id or str(uuid4())
    made: dict[str, Any] = {"id": key, "cohort": cohort, "owner_kind": owner_kind, "owner": owner, "about": about}
    made |= {"template": template, "number": number, "locale": locale, "created_at": now(), "started_at": None}
    c.execute(insert(_W).values(**made))
    put_notebook(
        c,
        key,
        locale,
        template_hash=template_hash,
        title=title,
        parameters=parameters or {},
        path=path,
        build_hash=build_hash,
    )
    return workbook(c, key)


def put_notebook(
    c: Connection,
    workbook: str,
    locale: str,
    *,
    template_hash: str,
    title: str,
    parameters: Mapping[str, str],
    path: str,
    build_hash: str = "",
) -> None:
    """Add or replace the notebook of a workbook in one locale (a set's workbook may have several)."""
    values = {"template_hash": template_hash, "title": title, "parameters": dict(parameters)}
    upsert(c, _N, {"workbook": workbook, "locale": locale}, {**values, "path": path, "build_hash": build_hash})


def rebuilt(
    c: Connection,
    id: str,
    build_hash: str,
    template_hash: str,
    parameters: Mapping[str, str],
    path: str,
    *,
    title: str | None = None,
    locale: str | None = None,
    keep: bool = False,
) -> bool:
    """Record that an untouched workbook was built again; False, and nothing done, where it was touched meanwhile.

    With ``keep`` its notebooks in other languages stay; without, it is now in this one alone.
    """
    found = workbook(c, id)
    if found.started_at is not None:
        return False
    language = locale or found.locale
    if language != found.locale and not keep:
        c.execute(_N.delete().where(_N.c.workbook == id, _N.c.locale == found.locale))
        c.execute(update(_W).where(_W.c.id == id).values(locale=language))
    put_notebook(
        c,
        id,
        language,
        template_hash=template_hash,
        title=found.title if title is None else title,
        parameters=parameters,
        path=path,
        build_hash=build_hash,
    )
    return True


def workbook(c: Connection, id: str, locale: str = "") -> Workbook:
    """Return a workbook, with the notebook in a locale, or one near it, where there is one; else the first.

    Raises
    ------
    Missing
        ``store.no_workbook``.
    """
    row = c.execute(_BY_ID, {"of": id}).first()
    if row is None:
        raise Missing("store.no_workbook")
    found = Workbook(*row)
    if locale and locale != found.locale:
        each = _select(c, _W.c.id == id, notebook=_N.c.workbook == _W.c.id)
        same = [one for one in each if one.locale == locale]
        near = [one for one in each if one.locale[:2] == locale[:2] != found.locale[:2]]
        return next(iter([*same, *near]), found)
    return found


def locales(c: Connection, id: str) -> list[str]:
    """Return the locales that a workbook has a notebook in."""
    return sorted(c.execute(select(_N.c.locale).where(_N.c.workbook == id)).scalars())


def find_workbook(
    c: Connection, cohort: str, owner: str, template: str, number: int, about: str = ""
) -> Workbook | None:
    """Return a workbook by what it is; None where there is none."""
    same = (_W.c.cohort == cohort, _W.c.owner == owner, _W.c.about == about)
    return next(iter(_select(c, *same, _W.c.template == template, _W.c.number == number)), None)


def workbooks_of(c: Connection, *, cohort: str | None = None, owner: str) -> list[Workbook]:
    """Return the workbooks of a person or set by template and number, in one cohort or all."""
    return _select(c, _W.c.owner == owner, *([] if cohort is None else [_W.c.cohort == cohort]))


def workbooks_about(c: Connection, cohort: str, person: str) -> list[Workbook]:
    """Return what managers wrote about somebody: workbooks of their own."""
    return _select(c, _W.c.cohort == cohort, _W.c.about == person)


def workbooks_in(c: Connection, cohort: str, owners: Collection[str] | None = None) -> list[Workbook]:
    """Return every workbook of a cohort, or those of some owners."""
    return _select(c, _W.c.cohort == cohort, *([] if owners is None else [_W.c.owner.in_(owners)]))


def notebooks_in(c: Connection, cohort: str, version: tuple[str, str, str] | None = None) -> list[Workbook]:
    """Return every workbook of a cohort, once for each language it has a notebook in; or those of one version."""
    columns = (_W.c.template, _N.c.template_hash, _N.c.locale)
    same = [] if version is None else [column == value for column, value in zip(columns, version, strict=True)]
    return _select(c, _W.c.cohort == cohort, *same, notebook=_N.c.workbook == _W.c.id)


def versions_in(c: Connection, cohort: str) -> dict[tuple[str, str, str], str]:
    """Return which versions of templates the notebooks of a cohort are of: template, hash and language -> path of one."""
    columns = (_W.c.template, _N.c.template_hash, _N.c.locale)
    one = select(*columns, func.min(_N.c.path)).join(_N, _N.c.workbook == _W.c.id).where(_W.c.cohort == cohort)
    rows = sorted(tuple(row) for row in c.execute(one.group_by(*columns)))
    return {(template, hash, locale): path for template, hash, locale, path in rows}


@dataclass(frozen=True)
class NotebookVersion:
    """What some notebooks have in common: their version, what is put into them, and whose first name that should hold.

    Parameters
    ----------
    firstname
        Of the learner that they are about; empty for a set's.
    first
        Whether they are the first of their kind.
    """

    version: tuple[str, str, str]
    parameters: dict[str, str]
    firstname: str
    first: bool


def notebook_versions(c: Connection, cohort: str) -> list[NotebookVersion]:
    """Return what is put into the notebooks of a cohort, once for all in which it is the same."""
    person = schema.person
    learner = case((_W.c.about == "", _W.c.owner), else_=_W.c.about)
    columns = (_W.c.template, _N.c.template_hash, _N.c.locale, _N.c.parameters, person.c.firstname, _W.c.number == 1)
    joined = select(*columns).distinct().join(_N, _N.c.workbook == _W.c.id).outerjoin(person, person.c.id == learner)
    rows = c.execute(joined.where(_W.c.cohort == cohort))
    return [
        NotebookVersion(version=(template, hash, locale), parameters=parameters, firstname=name or "", first=first)
        for template, hash, locale, parameters, name, first in rows
    ]


def next_number(c: Connection, cohort: str, owner: str, template: str, about: str = "") -> int:
    """Return the number of the next workbook of this owner and template."""
    same = (_W.c.cohort == cohort, _W.c.owner == owner, _W.c.about == about, _W.c.template == template)
    return (c.execute(select(func.max(_W.c.number)).where(*same)).scalar() or 0) + 1


def workbook_resource(c: Connection, workbook: Workbook) -> Resource:
    """Return a workbook as `roles.may` wants it: whose it is, and which set they are in."""
    group = workbook.owner
    if workbook.owner_kind == "person":
        learner = workbook.about or workbook.owner
        group = c.execute(_SETS_OF, {"in": workbook.cohort, "of": learner}).scalar() or ""
    return Resource(
        kind="workbook",
        cohort=workbook.cohort,
        owner=workbook.owner,
        owner_kind=workbook.owner_kind,
        set=group,
        about=workbook.about,
    )


def practice_workbook(c: Connection, *, template: str, template_hash: str, locale: str, title: str) -> Workbook:
    """Return one's own workbook of a template outside a server: there is one person, ``me``, and one cohort."""
    me = members.person_by_username(c, "me") or members.add_person(c, username="me")
    if c.execute(select(schema.cohort.c.id).where(schema.cohort.c.id == "practice")).first() is None:
        members.put_cohort(c, id="practice", name="practice", locale=locale)
    found = find_workbook(c, "practice", me.id, template, 1)
    if found is None:
        made: dict[str, Any] = {"cohort": "practice", "owner": me.id, "template": template, "number": 1, "path": ""}
        return add_workbook(c, **made, template_hash=template_hash, locale=locale, title=title)
    return found


def _select(c: Connection, *where: ColumnElement[bool], notebook: ColumnElement[bool] = _FIRST) -> list[Workbook]:
    rows = c.execute(select(*_COLUMNS).join(_N, notebook).where(*where).order_by(*_ORDER))
    return [Workbook(*row) for row in rows]
