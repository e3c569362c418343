"""What a workbook says on its cover: title, stage, minutes, how many questions. Read from its notebook, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from actionlearn.answers.conditions import Questions
from actionlearn.answers.prompts import Value
from actionlearn.i18n import for_locale, say
from actionlearn.server.workbooks import titles
from actionlearn.store.records import Workbook
from actionlearn.template import Parameter

#: Stage of a template -> what people call it. Message ids.
STAGES: dict[str, str] = {
    "start": "Start",
    "scope": "Scope",
    "plan": "Plan",
    "experiment": "Experiment",
    "reflect": "Reflect",
    "impact": "Impact",
}


@dataclass(frozen=True)
class WorkbookSummary:
    """The cover of a workbook.

    Parameters
    ----------
    title
        Of one of several with what it is about, or with its number.
    questions
        Question by id of the prompt, of those that a learner answers.
    asked
        The same, with what has to hold for each to be asked.
    live
        Hash of its template where it has live cells; else empty.
    """

    title: str
    stage: str = ""
    minutes: int = 0
    summary: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)
    asked: Questions = field(default_factory=lambda: Questions({}))
    live: str = ""


def workbook_summary(data: Path, workbook: Workbook, answers: Mapping[str, Value] | None = None) -> WorkbookSummary:
    """Return the cover of a workbook; only its title where its notebook cannot be read.

    Parameters
    ----------
    data
        The data folder.
    workbook
        The workbook.
    said
        Answers in it that the reader may read: one of several is called by what they say first.
    """
    path = data / workbook.path
    try:
        read = _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):
        read = WorkbookSummary(workbook.title)
    found = template_summary(data, workbook.cohort, workbook.template, workbook.locale)
    texts = found.texts if found and workbook.owner_kind == "person" else ()
    title = titles.display_title(read.title, workbook.template, workbook.number, texts, answers or {})
    return replace(read, title=title, summary=found.summary if found else "")


def stage(name: str, locale: str) -> str:
    """Return a stage in words; one that nobody knows as it is."""
    return say(STAGES.get(name, name), locale)


@lru_cache(maxsize=4096)
def _read(path: Path, _changed: int) -> WorkbookSummary:
    from actionlearn import notebook

    contents = notebook.read_file(path)
    questions = {id: prompt.question for id, prompt in contents.prompts.items() if prompt.by == "learner"}
    live = contents.template_hash if contents.has_live else ""
    return WorkbookSummary(
        title=contents.title,
        stage=contents.stage,
        minutes=contents.minutes,
        summary="",
        questions=questions,
        asked=contents.questions,
        live=live,
    )


@dataclass(frozen=True)
class TemplateSummary:
    """What is said of a template, before anybody has a workbook of it; texts are the prompts answered with one."""

    title: str
    summary: str
    owner: str
    per: str
    about: str = ""
    minutes: int = 0
    parameters: tuple[Parameter, ...] = ()
    texts: tuple[str, ...] = ()


def title(data: Path, cohort: str, template: str, locale: str) -> str:
    """Return what a template of a cohort is called in a reader's language; empty where it is no longer there."""
    found = template_summary(data, cohort, template, locale)
    return found.title if found else ""


def template_ids(data: Path, cohort: str) -> tuple[str, ...]:
    """Return the ids of all templates that a cohort has, in order."""
    from actionlearn.cohort.programme.library import Library, templates_folder

    return tuple(sorted(Library(templates_folder(data, cohort)).ids))


def template_summary(data: Path, cohort: str, template: str, locale: str) -> TemplateSummary | None:
    """Return what is said of a template of a cohort in a reader's language; None where it is no longer there."""
    from actionlearn.cohort.programme.library import templates_folder

    folder = templates_folder(data, cohort)
    return _face(folder, folder.stat().st_mtime_ns if folder.is_dir() else 0, template, locale)


@lru_cache(maxsize=1024)
def _face(folder: Path, _changed: int, template: str, locale: str) -> TemplateSummary | None:
    from actionlearn.cohort.programme.library import Library
    from actionlearn.errors import ActionlearnError

    try:
        found = Library(folder).load(template, locale)
    except (ActionlearnError, OSError):
        return None
    return TemplateSummary(
        title=found.title,
        summary=found.summary,
        owner=found.owner,
        per=found.per,
        about=found.about or "",
        minutes=found.minutes,
        parameters=found.parameters,
        texts=titles.text_prompts(found.prompts),
    )


def programme_words(programme: dict[str, Any], locale: str) -> tuple[str, dict[str, str]]:
    """Return theme and contact of a programme, in the reader's language where it has words for it."""
    every = programme.get("words") or {}
    wording = for_locale(every, locale) or {}
    contact = {key: str(value) for key, value in (programme.get("contact") or {}).items() if value}
    if contact and wording.get("note"):
        contact["note"] = str(wording["note"])
    return str(wording.get("theme") or programme.get("theme", "")), contact
