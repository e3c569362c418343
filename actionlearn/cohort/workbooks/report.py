"""What a build did, workbook by workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from actionlearn.cohort.enrolment.enrol import EnrolmentChanges
from actionlearn.errors import ActionlearnError, Fault

Outcome = Literal["made", "changed", "unchanged", "preserved"]


@dataclass(frozen=True)
class Failure:
    """A workbook that could not be made: of a person, or of a set, whose id is ``owner``."""

    username: str
    template: str
    fault: Fault
    kind: Literal["person", "set"] = "person"
    owner: str = ""


@dataclass
class BuildReport:
    """What a build did. Workbooks are named by their path in the data folder.

    Parameters
    ----------
    made, changed, unchanged
        New ones, ones made again because template or parameters changed, and ones that were as they should be.
    preserved
        Ones that would have been made again, had nobody written in them.
    failed
        Ones that could not be made.
    people
        Who joined, changed, left.
    """

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    preserved: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    people: EnrolmentChanges = field(default_factory=EnrolmentChanges)

    def add(self, path: str, outcome: Outcome) -> None:
        """Note what became of a workbook."""
        getattr(self, outcome).append(path)


def fault_of(error: Exception) -> Fault:
    """Return why a workbook was not made, in a line."""
    if isinstance(error, ActionlearnError):
        return Fault(error.code, error.values)
    reason = (error.strerror if isinstance(error, OSError) else "") or " ".join(str(error).split())
    return Fault("cohort.not_made", {"reason": reason[:200].rstrip(".") or type(error).__name__})
