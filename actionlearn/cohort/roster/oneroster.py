"""OneRoster 1.1: ``users.csv`` says who people are, ``enrollments.csv`` who learns in which class."""

from __future__ import annotations

from collections.abc import Iterator

from actionlearn.cohort.roster.records import FoundSheets, Record, Sheet, UnreadableRoster
from actionlearn.errors import Fault

_USERS = {"sourcedid", "username", "givenname", "familyname"}
_ENROLLMENTS = {"classsourcedid", "usersourcedid", "role"}
#: What is left of them: a sheet as any other.
_HEADER = ["username", "firstname", "middlename", "lastname", "email"]


def is_one(found: FoundSheets) -> bool:
    """Tell whether among some sheets is one of OneRoster's."""
    return any(_has(sheet, _USERS) or _has(sheet, _ENROLLMENTS) for sheet in found.values())


def join_files(found: FoundSheets, cohort: str) -> Sheet:
    """Return the learners of one class as a sheet; the rows are those of ``users.csv``.

    Parameters
    ----------
    found
        The sheets.
    cohort
        Which class, where they hold several; a single one is taken whatever it is called.

    Raises
    ------
    Refused
        One of the two files is missing, or it cannot be told which class is meant.
    """
    users = next((sheet for sheet in found.values() if _has(sheet, _USERS)), None)
    enrollments = next((sheet for sheet in found.values() if _has(sheet, _ENROLLMENTS)), None)
    if users is None or enrollments is None:
        raise UnreadableRoster("roster.oneroster_half", missing="users.csv" if users is None else "enrollments.csv")
    if faults := users.faults + enrollments.faults:
        return Sheet(users.path, [], faults)
    lines = [each for _, each in _lines(enrollments) if _active(each)]
    classes = sorted({each.get("classsourcedid", "") for each in lines})
    chosen = cohort if cohort in classes or len(classes) != 1 else classes[0]
    if chosen not in classes:
        raise UnreadableRoster("roster.oneroster_classes", enrollments.path, cohort=cohort, known=classes)
    of_class = [each for each in lines if each.get("classsourcedid") == chosen]
    learners = {each.get("usersourcedid") for each in of_class if each.get("role", "").lower() == "student"}
    others = {each.get("usersourcedid") for each in of_class} - learners
    people = {each.get("sourcedid", ""): (number, each) for number, each in _lines(users) if _active(each)}
    sheet = Sheet(users.path, [(users.records[0][0], _HEADER)], notes=[*users.notes, *enrollments.notes])
    sheet.records += [_record(*people[id]) for id in people if id in learners]
    if unknown := sorted(filter(None, learners - people.keys())):
        sheet.notes.append(Fault("roster.oneroster_unknown", {"ids": unknown[:20]}, enrollments.path))
    if others & people.keys():
        names = [people[id][1].get("username", "") for id in people if id in others]
        sheet.notes.append(Fault("roster.oneroster_others", {"usernames": names}, enrollments.path))
    return sheet


def _has(sheet: Sheet, columns: set[str]) -> bool:
    return bool(sheet.records) and columns <= {cell.strip().lower() for cell in sheet.records[0][1]}


def _lines(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    header = [cell.strip().lower() for cell in sheet.records[0][1]]
    for number, cells in sheet.records[1:]:
        yield number, dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _active(line: dict[str, str]) -> bool:
    gone = line.get("status", "").lower() == "tobedeleted" or line.get("enableduser", "").lower() == "false"
    return not gone


def _record(number: int, user: dict[str, str]) -> Record:
    return number, [user.get(name, "") for name in ("username", "givenname", "middlename", "familyname", "email")]
