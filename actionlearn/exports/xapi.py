"""Statements of xAPI 1.0.3 in words: who did what with which workbook, and nothing of what they wrote.

An answer's text or number is in one only where it was shared with the whole cohort, or is a coach's scale.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import NOT_YET, Prompt, Value, is_empty
from actionlearn.answers.rendering import item_for, value_text
from actionlearn.notebook import Contents, ViewPiece
from actionlearn.store.outbound.statements import About, Statement
from actionlearn.views.goals import levels

#: Version of the specification, for the header of every request.
VERSION = "1.0.3"

_VERBS = "http://adlnet.gov/expapi/verbs/"
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"


def as_statement(
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
            score = _score(prompt, about, contents) if prompt else None
            if score is None:
                return None
            result = {"score": score}
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
    if about.coach:
        context["instructor"] = _agent(about.coach, home)
    statement = {
        "id": each.id,
        "actor": _agent(about.username, home),
        "verb": {"id": _VERBS + each.verb, "display": {"en": each.verb}},
        "object": _activity(about, contents, home, prompt),
        "context": context,
        "timestamp": each.happened_at,
    }
    return statement | ({"result": result} if result else {})


def _agent(username: str, home: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": home, "name": username}}


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
        id = "/".join(filter(None, (id, prompt.id, about.row)))
        definition = {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "name": {language: f"{contents.title}: {prompt.id}"},
            "interactionType": KINDS[prompt.kind].interaction,
        }
        match KINDS[prompt.kind].interaction:
            case "choice":
                definition["choices"] = [{"id": one.id, "description": {language: one.label}} for one in prompt.options]
            case "likert":
                steps = KINDS[prompt.kind].answers(prompt)
                definition["scale"] = [{"id": step, "description": {language: step}} for step in steps]
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


def _score(prompt: Prompt, about: About, contents: Contents) -> dict[str, float] | None:
    """Return the score of a scale, from 0 to 1, or of a goal, from -1 over "as expected" to 1."""
    if KINDS[prompt.kind].interaction == "likert" and isinstance(about.value, int):
        steps = prompt.high - prompt.low
        scaled = round((about.value - prompt.low) / steps, 4)
        return {"raw": about.value, "min": prompt.low, "max": prompt.high, "scaled": scaled}
    if about.row and _goals(contents, prompt.id):
        level = next(iter(levels([item_for(prompt, about.value)])), None)
        return None if level is None else {"raw": level, "min": -2, "max": 2, "scaled": level / 2}
    return None


def _goals(contents: Contents, prompt: str) -> bool:
    """Tell whether a table is one of goals: the view that draws their levels draws it."""
    drawn = [piece.of for piece in contents.pieces if isinstance(piece, ViewPiece) and piece.name == "goals"]
    return any(prompt in of for of in drawn)


def _response(prompt: Prompt, value: Value, locale: str) -> str:
    if KINDS[prompt.kind].interaction == "other":
        return value_text(prompt, locale, value=value)
    return "[,]".join(map(str, value)) if isinstance(value, list) else str(value)
