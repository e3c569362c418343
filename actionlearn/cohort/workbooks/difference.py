"""The difference between two versions of a workbook: their prompts and their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actionlearn.answers.prompts import Prompt
from actionlearn.notebook import Contents
from actionlearn.template import Template

#: A parameter that says something else: what it is called, what it said, what it says.
Value = tuple[str, str, str]


@dataclass(frozen=True)
class Difference:
    """What a new version of a template asks otherwise.

    Parameters
    ----------
    added, removed
        Prompts of the new version alone, and of the old one alone.
    changed
        Prompts that ask in other words, or offer other answers: as they were, as they are.
    values
        Parameters that say something else: what they are called, what they said, what they say.
    """

    added: tuple[Prompt, ...]
    changed: tuple[tuple[Prompt, Prompt], ...]
    removed: tuple[Prompt, ...]
    values: tuple[Value, ...] = ()

    @property
    def reworded(self) -> tuple[tuple[Prompt, Prompt], ...]:
        """What is asked in other words: as it was, as it is."""
        return tuple((before, after) for before, after in self.changed if before.question != after.question)

    @property
    def refitted(self) -> tuple[Prompt, ...]:
        """What is asked in the same words, with another hint or other choices."""
        return tuple(after for before, after in self.changed if before.question == after.question)


def difference(old: Contents, new: Contents) -> Difference:
    """Return what is asked otherwise in a new version. Prompts are the same by their ids alone."""
    before, after = old.prompts, new.prompts
    return Difference(
        tuple(prompt for id, prompt in after.items() if id not in before),
        tuple((before[id], prompt) for id, prompt in after.items() if id in before and before[id] != prompt),
        tuple(prompt for id, prompt in before.items() if id not in after),
    )


def changed_values(newest: Template, current: Mapping[str, str], says: Mapping[str, str] | None) -> tuple[Value, ...]:
    """Return what is to be put into the words of a workbook otherwise than it is.

    Parameters
    ----------
    newest
        The newest version of its template.
    current
        What its parameters are.
    says
        What its programme wants them to be; None where it says nothing of this workbook.
    """
    if says is None:
        return ()
    rows = (
        (each, current.get(each.name, each.default), says.get(each.name, each.default)) for each in newest.parameters
    )
    return tuple((each.label, before, after) for each, before, after in rows if before != after)
