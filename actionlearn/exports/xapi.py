"""Statements of xAPI 1.0.3 in words: who did what with which workbook, and nothing of what they wrote.

An answer's text or number is in one only where it was shared with the whole cohort.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from actionlearn.notebook import Contents
from actionlearn.prompts import NOT_YET, Prompt, Value, is_empty
from actionlearn.reading import value_text
from actionlearn.store.statements import About, Statement

#: Version of the specification, for the header of every request.
VERSION = "1.0.3"

_VERBS = "http://adlnet.gov/expapi/verbs/"
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"

#: Kind of a prompt -> kind of interaction, one of the ten there are.
_INTERACTIONS = {
    "short-text": "fill-in",
    "long-text": "long-fill-in",
    "choice": "choice",
    "choices": "choice",
    "scale": "likert",
    "number": "numeric",
    "date": "fill-in",
    "table": "other",
    "file": "other",
}


def worded(
    each: Statement, about: About, contents: Contents, home: str, *, text: bool = False
) -> dict[str, Any] | None:
    """Return a statement as JSON; None where there is nothing to say.

    Parameters
    ----------
    each, about
        What happened, and what it is about.
    contents
        What the notebook of the workbook holds.
    home
        Address of the installation, which names accounts and activities.
    text
        Whether answers that were shared with the whole cohort go along.
    """
    prompt = contents.prompts.get(about.prompt) if about.prompt else None
    result: dict[str, Any] = {}
    match each.verb:
        case "scored":
            if prompt is None or prompt.kind != "scale" or not isinstance(about.value, int):
                return None
            result = {"score": _score(prompt, about.value)}
        case "answered" if each.detail:
            if prompt is None or not text or is_empty(about.value) or about.value == NOT_YET:
                return None
            result = {"response": _response(prompt, about.value, contents.locale)}
        case "progressed":
            result = {"extensions": {_PROGRESS: int(each.detail)}}
        case "completed":
            result = {"completion": True}
    language = contents.locale.replace("_", "-")
    context = _context(about, contents, home, inside=prompt is not None)
    context |= {"registration": about.workbook.id, "platform": "actionlearn", "language": language}
    said = {
        "id": each.id,
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": about.username}},
        "verb": {"id": _VERBS + each.verb, "display": {"en": each.verb}},
        "object": _activity(about, contents, home, prompt),
        "context": context,
        "timestamp": each.happened_at,
    }
    return said | ({"result": result} if result else {})


def _place(about: About, home: str) -> str:
    return f"{home.rstrip('/')}/xapi/{quote(about.cohort)}/{quote(about.workbook.template)}"


def _activity(about: About, contents: Contents, home: str, prompt: Prompt | None) -> dict[str, Any]:
    language = contents.locale.replace("_", "-")
    definition: dict[str, Any] = {
        "type": "http://adlnet.gov/expapi/activities/module",
        "name": {language: contents.title},
    }
    id = _place(about, home)
    if prompt is not None:
        id = f"{id}/{prompt.id}"
        definition = {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "name": {language: f"{contents.title}: {prompt.id}"},
            "interactionType": _INTERACTIONS.get(prompt.kind, "other"),
        }
        if prompt.kind in ("choice", "choices"):
            definition["choices"] = [{"id": one.id, "description": {language: one.label}} for one in prompt.options]
        if prompt.kind == "scale":
            steps = range(prompt.low, prompt.high + 1)
            definition["scale"] = [{"id": str(step), "description": {language: str(step)}} for step in steps]
    return {"objectType": "Activity", "id": id, "definition": definition}


def _context(about: About, contents: Contents, home: str, *, inside: bool) -> dict[str, Any]:
    cohort = {"objectType": "Activity", "id": f"{home.rstrip('/')}/xapi/{quote(about.cohort)}"}
    around: dict[str, Any] = {"grouping": [cohort]}
    if inside:
        around["parent"] = [_activity(about, contents, home, None)]
    found: dict[str, Any] = {"contextActivities": around}
    if about.shared:
        found["extensions"] = {f"{home.rstrip('/')}/xapi/audiences": list(about.shared)}
    return found


def _score(prompt: Prompt, value: int) -> dict[str, float]:
    scaled = (value - prompt.low) / (prompt.high - prompt.low)
    return {"raw": value, "min": prompt.low, "max": prompt.high, "scaled": round(scaled, 4)}


def _response(prompt: Prompt, value: Value, locale: str) -> str:
    if prompt.kind == "choices" and isinstance(value, list):
        return "[,]".join(map(str, value))
    if prompt.kind in ("choice", "scale", "number", "date"):
        return str(value)
    return value_text(prompt, locale, value=value)
