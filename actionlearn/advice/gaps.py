"""What might be missing: at most three questions on all that somebody wrote, when they ask for them.

A pure function of answers. It asks; it does not count, rank, lock or remember, and what it says is for
the learner alone: no page of anybody else calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from actionlearn.answers.items import PromptAnswer
from actionlearn.answers.prompts import NOT_YET, is_empty
from actionlearn.i18n import say

#: How many questions are asked at once.
MOST = 3

#: What belongs together -> where it is said, the first place that somebody's workbooks have.
PLACES: dict[str, tuple[str, ...]] = {
    "need": ("scope.need", "start.bothers"),
    "other side": ("scope.other_side",),
    "ask": ("scope.ask", "start.bring", "reflect.question"),
    "aim": ("plan.aim",),
    "measure": ("plan.measure",),
    "people": ("plan.people",),
    "actions": ("plan.actions",),
    "attempt": ("experiment.attempt",),
    "changed": ("impact.changed",),
    "figures": ("impact.figures",),
    "agree": ("impact.agree",),
    "moment": ("reflect.moment", "journal.moment"),
}

#: The four aims of lifelong learning -> the answers in which each of them shows.
AIMS: dict[str, tuple[str, ...]] = {
    "work": ("plan.aim", "plan.serves", "impact.changed"),
    "oneself": ("start.matters", "reflect.doubt", "challenge.changed"),
    "others": ("community.beyond",),
    "left out": ("reflect.left_out",),
}
AIM_QUESTIONS: dict[str, str] = {
    "oneself": "What does this work give to you yourself?",
    "others": "Who outside your team, or outside your organisation, would live better with this change?",
    "left out": "Who does this change leave out?",
}

#: Workbooks in which one looks back.
LOOKING_BACK = frozenset({"reflect", "journal"})
FORTNIGHT = timedelta(14)

_COURSE = re.compile(
    r"\b(trainings?|courses?|workshops?|webinars?|seminars?|masterclass|e-?learning|certificat\w+|"
    r"forma(ção|ções)|cursos?|seminários?|certificaç\w+|ações? de formação|capacitaç\w+)\b",
    re.IGNORECASE,
)
_NO_COURSE = re.compile(
    r"\b(of course|in the course of|in due course|par for the course|em curso|curso d[eo] (água|rio))\b", re.IGNORECASE
)
_SHOWN = 60


@dataclass(frozen=True)
class Advice:
    """One question, and the prompt it leads to."""

    question: str
    workbook: str
    prompt: str


@dataclass(frozen=True)
class AllAnswers:
    """All that somebody said, to be looked at from several sides."""

    answers: tuple[PromptAnswer, ...]
    today: date
    locale: str
    _by: dict[tuple[str, str], list[PromptAnswer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.answers:
            self._by.setdefault((each.template, each.prompt), []).append(each)

    def every(self, place: str) -> list[PromptAnswer]:
        """Return what was said at ``template.prompt``, of the first workbook of its kind first."""
        template, _, prompt = place.partition(".")
        return sorted(self._by.get((template, prompt), []), key=lambda each: each.number)

    def newest(self, name: str) -> PromptAnswer | None:
        """Return what was said last at a place, answered or not; None where there is no such prompt."""
        found = (each for place in PLACES[name] for each in self.every(place)[-1:])
        return next(found, None)

    def ask(self, at: PromptAnswer, question: str, **words: Any) -> Advice:
        """Return a question in the reader's language, with some of the learner's words in it."""
        shown = {name: _short(text) if isinstance(text, str) else text for name, text in words.items()}
        return Advice(say(question, self.locale, **shown), at.workbook, at.prompt)


def find_gaps(answers: Iterable[PromptAnswer], today: date, locale: str = "en") -> list[Advice]:
    """Return what one might ask somebody about what they wrote: `MOST` questions at most, often none.

    Parameters
    ----------
    answers
        The prompts of their workbooks, answered or not.
    today
        The day it is where they are.
    locale
        The reader's language.
    """
    whole = AllAnswers(tuple(answers), today, locale)
    found: list[Advice] = []
    for look in LOOKS:
        # One question of each kind: three on the same thing would be nagging.
        new = next((each for each in look(whole) if each.prompt not in {old.prompt for old in found}), None)
        if new:
            found.append(new)
        if len(found) == MOST:
            break
    return found


def answers_there(answer: PromptAnswer | None) -> bool:
    """Tell whether something was said; "not yet" is an honest answer, and nothing to build on."""
    return answer is not None and not is_empty(answer.item.value) and answer.item.value != NOT_YET


def _open(answer: PromptAnswer | None) -> bool:
    """Tell whether a prompt waits to be answered: it is there, and nobody said "not yet"."""
    return answer is not None and is_empty(answer.item.value)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN].rsplit(' ', 1)[0]}…"


def _rows(answer: PromptAnswer | None) -> Sequence[Mapping[str, Any]]:
    value = answer.item.value if answer else None
    return [row["cells"] for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _course(whole: AllAnswers) -> Iterator[Advice]:
    need = whole.newest("need")
    if need and answers_there(need) and (word := _COURSE.search(_NO_COURSE.sub("", str(need.item.value)))):
        question = (
            "You write of “{word}”. Once everybody had been through it, what would they do differently on Monday?"
        )
        yield whole.ask(need, question, word=word[0])


def _prediction(whole: AllAnswers) -> Iterator[Advice]:
    for attempt, of in _experiments(whole):
        if answers_there(attempt) and _open(of("prediction")) and not answers_there(of("happened")):
            question = "Before you try “{what}”: what do you expect to see?"
            yield whole.ask(of("prediction"), question, what=attempt.item.value)


def _result(whole: AllAnswers) -> Iterator[Advice]:
    for attempt, of in _experiments(whole):
        if answers_there(attempt) and _open(of("happened")):
            if answers_there(of("next")):
                question = "You decided how to go on after “{what}”. What had you seen by then?"
                yield whole.ask(of("happened"), question, what=attempt.item.value)
            elif answers_there(of("prediction")) and _days_since(whole, attempt) >= FORTNIGHT:
                question = "You wanted to try “{what}”. What happened?"
                yield whole.ask(of("happened"), question, what=attempt.item.value)


def _decision(whole: AllAnswers) -> Iterator[Advice]:
    for attempt, of in _experiments(whole):
        if answers_there(of("happened")) and _open(of("next")):
            question = "You have seen what happened with “{what}”. More of it, less of it, or something else?"
            yield whole.ask(of("next"), question, what=attempt.item.value or attempt.item.workbook)


def _experiments(whole: AllAnswers) -> Iterator[tuple[PromptAnswer, Callable[[str], Any]]]:
    """Yield each try, the newest first, and how to find the other answers of its workbook."""
    for attempt in reversed(whole.every(PLACES["attempt"][0])):
        here = {each.prompt: each for each in whole.answers if each.workbook == attempt.workbook}
        yield attempt, here.get


def _objective(whole: AllAnswers) -> Iterator[Advice]:
    need, aim = whole.newest("need"), whole.newest("aim")
    if aim and answers_there(need) and _open(aim):
        yield whole.ask(aim, "You know what needs to change. What will people see once it has?")
    actions = whole.newest("actions")
    if actions and aim and answers_there(aim) and _open(actions):
        question = "Which first step, an hour or less, leads towards “{aim}”?"
        yield whole.ask(actions, question, aim=aim.item.value)
    attempt = whole.newest("attempt")
    if attempt and answers_there(actions) and aim and answers_there(aim) and not _tried(whole):
        question = "In all you plan, what is the smallest thing whose end you cannot know?"
        yield whole.ask(attempt, question)


def _tried(whole: AllAnswers) -> bool:
    return any(answers_there(each) for each in whole.every(PLACES["attempt"][0]))


def _questions(whole: AllAnswers) -> Iterator[Advice]:
    actions, aim, ask = whole.newest("actions"), whole.newest("aim"), whole.newest("ask")
    if actions:
        for row in _rows(actions):
            if row.get("what") and not row.get("learn") and row.get("state") not in ("done", "dropped"):
                yield whole.ask(actions, "What might “{what}” teach you?", what=str(row["what"]))
    if ask and answers_there(aim) and _open(ask):
        yield whole.ask(ask, "Which question about this can you not answer by yourself?")


def _evidence(whole: AllAnswers) -> Iterator[Advice]:
    changed, figures, agree = whole.newest("changed"), whole.newest("figures"), whole.newest("agree")
    if changed and answers_there(changed) and not answers_there(figures) and agree and _open(agree):
        yield whole.ask(agree, "You say what has changed. Who would say the same without being asked?")
    aim, measure = whole.newest("aim"), whole.newest("measure")
    if measure and answers_there(aim) and _open(measure):
        yield whole.ask(measure, "By what would you notice, on an ordinary day, that it gets better?")


def _reflection(whole: AllAnswers) -> Iterator[Advice]:
    moment = whole.newest("moment")
    days = sorted(each.item.when[:10] for each in whole.answers if each.item.when and answers_there(each))
    back = [each.item.when[:10] for each in whole.answers if each.template in LOOKING_BACK and answers_there(each)]
    if moment and days and whole.today - date.fromisoformat(max(back, default=days[0])) >= FORTNIGHT:
        words = "For two weeks or more you have not looked back. What keeps coming to your mind from these days?"
        yield whole.ask(moment, words)


def _ties(whole: AllAnswers) -> Iterator[Advice]:
    people, other = whole.newest("people"), whole.newest("other side")
    ties = [str(row["tie"]) for row in _rows(people) if row.get("tie")]
    question = "All the people you name are close to you. Who sees this from far away?"
    if people and len(ties) > 1 and "loose" not in ties:
        yield whole.ask(people, question)
    elif other and len(_rows(people)) > 1 and not ties and _open(other):
        yield whole.ask(other, "Who sees this from a side you never see?")


def _aims(whole: AllAnswers) -> Iterator[Advice]:
    shown = [
        aim
        for aim, places in AIMS.items()
        if any(answers_there(each) for place in places for each in whole.every(place))
    ]
    if len(shown) == 1:
        for aim, question in AIM_QUESTIONS.items():
            found = [each for place in AIMS[aim] for each in whole.every(place)[-1:]]
            if aim not in shown and found:
                yield whole.ask(found[0], question)


def _days_since(whole: AllAnswers, answer: PromptAnswer) -> timedelta:
    return whole.today - date.fromisoformat(answer.item.when[:10]) if answer.item.when else timedelta(0)


#: What is looked for, what helps most first.
LOOKS: tuple[Callable[[AllAnswers], Iterator[Advice]], ...] = (
    _course,
    _result,
    _prediction,
    _objective,
    _decision,
    _reflection,
    _questions,
    _evidence,
    _ties,
    _aims,
)
