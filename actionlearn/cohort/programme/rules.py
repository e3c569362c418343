"""The rules between the parts of a programme, and between it and its templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actionlearn.cohort.programme.library import Library
from actionlearn.cohort.programme.schema import Suggested, TableDraft, closest
from actionlearn.errors import BadInput
from actionlearn.template import RESERVED, Parameter, Template


def check(draft: TableDraft, *, whole: bool = False) -> None:
    """Note everything that does not fit together in a programme; with ``whole``, also that its roster is not there."""
    if whole and draft.head and draft.head.roster and not (draft.path.parent / draft.head.roster).is_file():
        draft.fault("programme.no_roster_file", "programme", "roster", file=draft.head.roster)
    _contact(draft)
    _sets(draft)
    _people(draft)
    _workbooks(draft)
    _dates(draft)


def _contact(draft: TableDraft) -> None:
    if draft.head and not (draft.head.contact.email or draft.head.contact.phone):
        draft.fault("programme.missing_key", "programme", "contact", "email", where="contact", key="email or phone")


def _sets(draft: TableDraft) -> None:
    people = draft.raw.get("people", [])
    coaches = [
        str(person.get("username"))
        for person in people
        if isinstance(person, dict) and person.get("role") in ("coach", None)
    ]
    for at in _again(draft.sets, lambda each: each.name):
        draft.fault("programme.set_twice", "sets", at, "name", set=draft.sets[at].name)
    for at, each in draft.sets.items():
        if each.coach and each.coach not in coaches:
            draft.fault("programme.unknown_coach", "sets", at, "coach", set=each.name, coach=each.coach, known=coaches)


def _people(draft: TableDraft) -> None:
    names = [str(each.get("name")) for each in draft.raw.get("sets", []) if isinstance(each, dict)]
    coached = {each.coach for each in draft.sets.values()}
    for at in _again(draft.people, lambda each: each.username):
        draft.fault("programme.person_twice", "people", at, "username", username=draft.people[at].username)
    for at, person in draft.people.items():
        for name in person.sets:
            if name not in names:
                draft.fault(
                    "programme.unknown_set", "people", at, "sets", username=person.username, set=name, known=names
                )
        if person.learners and person.role != "manager":
            draft.fault("programme.not_a_manager", "people", at, "learners", username=person.username, role=person.role)
        if person.role == "coach" and names and person.username not in coached and not person.sets:
            draft.fault("programme.coach_without_set", "people", at, username=person.username)


def _workbooks(draft: TableDraft) -> None:
    raw = [each for each in draft.raw.get("workbooks") or [] if isinstance(each, dict)]
    if not raw:
        draft.fault("programme.no_workbooks")
    for at in _again(draft.workbooks, lambda each: each.template):
        draft.fault("programme.template_twice", "workbooks", at, "template", template=draft.workbooks[at].template)
    suggested = [str(each.get("template")) for each in raw]
    for template in draft.head.sign_off if draft.head else ():
        if template not in suggested:
            draft.fault("programme.unknown_sign_off", "programme", "sign_off", template=template, known=suggested)
    library = Library(draft.folder)
    if draft.head and draft.head.templates and not (draft.folder and draft.folder.is_dir()):
        draft.fault("programme.no_templates", "programme", "templates", folder=draft.head.templates)
    for at, each in draft.workbooks.items():
        if each.template not in library.ids:
            suggestion = closest(each.template, library.ids)
            values = {"template": each.template, "suggestion": suggestion}
            draft.fault("programme.unknown_template", "workbooks", at, "template", **values)
        else:
            _against_template(draft, at, each, library)


def _against_template(draft: TableDraft, at: int, suggested: Suggested, library: Library) -> None:
    try:
        template = library.load(suggested.template, draft.head.locale if draft.head else "en")
    except BadInput as error:
        draft.fault("programme.bad_template", "workbooks", at, "template", template=suggested.template)
        draft.faults.extend(error.faults if library.owns(suggested.template) else ())
        return
    given: list[tuple[tuple[str, ...], Any]] = [
        (("parameters", name), raw) for name, raw in suggested.parameters.items()
    ]
    given += [(("words", tag, name), raw) for tag, texts in suggested.words.items() for name, raw in texts.items()]
    for place, raw in given:
        code, values = _wrong_parameter(template, place[-1], raw)
        if code:
            draft.fault(code, "workbooks", at, *place, template=template.id, name=place[-1], **values)


def _wrong_parameter(template: Template, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
    declared = {parameter.name: parameter for parameter in template.parameters}
    if name in RESERVED:
        return "programme.reserved_parameter", {}
    if name not in declared:
        return "programme.unknown_parameter", {"known": list(declared) or "—"}
    if not _fits(declared[name], raw):
        return "programme.bad_parameter", {"value": raw, "kind": declared[name].kind}
    return "", {}


def _fits(parameter: Parameter, raw: Any) -> bool:
    if isinstance(raw, str) and not raw.isprintable():
        return False
    try:
        parameter.check(str(raw))
    except BadInput:
        return False
    return True


def _dates(draft: TableDraft) -> None:
    before: Suggested | None = None
    for at, each in draft.workbooks.items():
        if each.due and each.due < each.opens:
            values: dict[str, Any] = {"template": each.template, "due": each.due, "opens": each.opens}
            draft.fault("programme.due_before_opens", "workbooks", at, "due", **values)
        if before and each.opens < before.opens:
            values = {"template": each.template, "opens": each.opens}
            earlier = {"before": before.template, "earlier": before.opens}
            draft.fault("programme.out_of_order", "workbooks", at, "opens", **values, **earlier)
        before = each


def _again(parts: dict[int, Any], key: Any) -> Iterable[int]:
    """Yield the positions of parts whose key was there before."""
    seen: set[str] = set()
    for at, part in parts.items():
        if key(part) in seen:
            yield at
        seen.add(key(part))
