"""The shape of a programme: its tables, and each of them checked by itself.

A check raises the code of its fault; `Draft` notes it with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from actionlearn.cohort.programme.toml_lines import Lines, Place
from actionlearn.cohort.roster.roster import safe_email, safe_username, wrong_name
from actionlearn.errors import Fault

StaffRole = Literal["coach", "facilitator", "manager", "sponsor"]

MAX_BYTES = 1024 * 1024

#: How long something is kept: a number and a unit.
PERIOD = re.compile(r"([1-9]\d{0,2}) (day|week|month|year)s?")


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("programme.not_one_line")
    return value.strip()


def _something(value: str) -> str:
    if not _one_line(value):
        raise ValueError("programme.no_text")
    return value.strip()


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError("programme.bad_id")
    return value


def _username(value: str) -> str:
    if not safe_username(value):
        raise ValueError("programme.bad_username")
    return value


def _name(value: str) -> str:
    if wrong_name("firstname", value):
        raise ValueError("programme.bad_name")
    return value.strip()


def _email(value: str) -> str:
    if not safe_email(value):
        raise ValueError("programme.bad_email")
    return value


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("programme.bad_time_zone")
    return value


def _locale(value: str) -> str:
    try:
        Locale.parse(value.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise ValueError("programme.bad_locale") from None
    return value


def _keep(value: str) -> str:
    if value and not PERIOD.fullmatch(value):
        raise ValueError("programme.bad_keep")
    return value


def _date(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-10-05") else value


Text = Annotated[str, AfterValidator(_one_line)]
Something = Annotated[str, AfterValidator(_something)]
Username = Annotated[str, AfterValidator(_username)]
Name = Annotated[str, AfterValidator(_name)]
Email = Annotated[str, AfterValidator(_email)]
LocaleTag = Annotated[str, AfterValidator(_locale)]
Day = Annotated[date, BeforeValidator(_date)]
RawText = str | int | float | date


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Contact(_Part):
    """Whom to turn to in distress; shown to every learner."""

    name: Something
    email: Email | None = None
    phone: Text = ""
    note: Text = ""


class SetOfLearners(_Part):
    """A set, and the coach it is given to."""

    name: Name
    coach: Username | None = None


class Staff(_Part):
    """Somebody who is not a learner."""

    username: Username
    firstname: Name
    lastname: Text = ""
    email: Email
    role: StaffRole
    locale: LocaleTag | None = None
    sets: Annotated[tuple[str, ...], Field(strict=False)] = ()
    #: Of a manager: the usernames of those whose manager this is.
    learners: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Suggested(_Part):
    """One workbook suggested to everybody, with its dates."""

    template: Something
    opens: Day
    due: Day | None = None
    parameters: dict[str, RawText] = Field(default_factory=dict)
    #: The parameters that read otherwise in another language than the programme's.
    words: dict[str, dict[str, RawText]] = Field(default_factory=dict)


class Wording(_Part):
    """What the parameters and the note beside the contact say in another language than the programme's."""

    organisation: Text = ""
    theme: Text = ""
    priorities: Annotated[tuple[Something, ...], Field(strict=False)] = ()
    questions: Annotated[tuple[Something, ...], Field(strict=False)] = ()
    note: Text = ""


class _Head(_Part):
    id: Annotated[str, AfterValidator(_id)]
    name: Something
    organisation: Something
    theme: Text = ""
    priorities: Annotated[tuple[Something, ...], Field(strict=False)] = ()
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    locale: LocaleTag = "en"
    contact: Contact
    words: dict[str, Wording] = Field(default_factory=dict)
    roster: Text = ""
    templates: Text = ""
    sign_off: Annotated[tuple[str, ...], Field(strict=False)] = ()
    #: For the coaches' bank.
    questions: Annotated[tuple[Something, ...], Field(strict=False)] = ()
    #: How long all that was written is kept after the last day, such as ``18 months``; empty is without an end.
    keep: Annotated[str, AfterValidator(_keep)] = ""


class Programme(_Head):
    """A programme that has passed every check.

    ``model_dump(mode="json")`` is what the store keeps of it, `from_store` reads that back.
    """

    sets: Annotated[tuple[SetOfLearners, ...], Field(strict=False)] = ()
    people: Annotated[tuple[Staff, ...], Field(strict=False)] = ()
    workbooks: Annotated[tuple[Suggested, ...], Field(strict=False)] = ()
    #: Where the author's own templates are; a programme from the store does not know.
    folder: Path | None = Field(default=None, exclude=True)

    def suggestion(self, template: str) -> Suggested | None:
        """Return what is suggested of a template."""
        return next((each for each in self.workbooks if each.template == template), None)

    def sets_of(self, coach: str) -> tuple[str, ...]:
        """Return the names of the sets a coach is given."""
        given = next((person.sets for person in self.people if person.username == coach), ())
        return tuple(each.name for each in self.sets if each.coach == coach or each.name in given)


P = TypeVar("P", bound=_Part)

#: What of a programme is a list of tables.
_LISTS = ("sets", "people", "workbooks")

#: Where parameters stand in a suggested workbook -> the length of the way to one.
_DEPTH = {"parameters": 2, "words": 3}


@dataclass
class TableDraft:
    """A programme as it is being read: what is well formed so far, and all that is wrong."""

    path: Path
    lines: Lines
    raw: dict[str, Any]
    head: _Head | None = None
    sets: dict[int, SetOfLearners] = field(default_factory=dict)
    people: dict[int, Staff] = field(default_factory=dict)
    workbooks: dict[int, Suggested] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def folder(self) -> Path | None:
        """Where the author's own templates are; None where the programme names no folder."""
        return self.path.parent / self.head.templates if self.head and self.head.templates else None

    def fault(self, code: str, *place: str | int, **values: Any) -> None:
        """Note something wrong, at its line."""
        self.faults.append(Fault(code=code, values=values, path=self.path, line=self.lines.of(*place), place=place))

    def part(self, kind: type[P], raw: Any, *place: str | int) -> P | None:
        """Return one table in the shape it should have, None where it has not."""
        where = f"[{place[0]}]" if len(place) == 1 else f"[[{place[0]}]] {int(place[1]) + 1}"
        if not isinstance(raw, dict):
            self.fault("programme.not_table", *place, where=where, key=place[0], value=short(raw))
            return None
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for each in error.errors():
                self.misshapen(kind, where, place, each["loc"], each["type"], each["msg"], each["input"])
        return None

    def misshapen(self, kind: type[_Part], where: str, table: Place, at: Place, type: str, msg: str, raw: Any) -> None:
        """Note what pydantic found wrong with a table."""
        key = str(next((part for part in reversed(at) if isinstance(part, str)), ""))
        place = (*table, *at)
        inner = Contact if at[:1] == ("contact",) and len(at) > 1 else kind
        where = f"{where} contact" if inner is Contact else where
        if type == "missing":
            self.fault("programme.missing_key", *place, where=where, key=key)
            if inner is not Contact and at == ("contact",):  # so that what it needs is said at once, too
                self.fault("programme.missing_key", *place, "email", where="contact", key="email or phone")
        elif type == "extra_forbidden":
            suggestion = closest(key, inner.model_fields)
            self.fault("programme.unknown_key", *place, where=where, key=key, suggestion=suggestion)
        elif kind is Suggested and len(at) > _DEPTH.get(str(at[0]), len(at)):
            # A parameter: pydantic says it once for each type it might have been.
            values = {"where": where, "key": str(at[-2]), "value": short(raw)}
            if not any(fault.values == values for fault in self.faults):
                self.fault("programme.not_parameter", *table, *at[:-1], **values)
        else:
            code = msg.removeprefix("Value error, ") if type == "value_error" else _CODES.get(type, "programme.wrong")
            code = code if code.startswith("programme.") else "programme.wrong"
            self.fault(code, *place, where=where, key=key, value=short(raw))


#: Error of pydantic -> code of the fault.
_CODES = {
    "string_type": "programme.not_text",
    "date_type": "programme.not_date",
    "tuple_type": "programme.not_list",
    "dict_type": "programme.not_table",
    "model_type": "programme.not_table",
    "model_attributes_type": "programme.not_table",
    "literal_error": "programme.bad_role",
}


def closest(name: str, known: Any) -> str:
    """Return the known name nearest to one that is not known, all of them where none is near."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"“{near[0]}”" if near else ", ".join(names)


def short(raw: Any) -> str:
    """Return a value as it can be printed, no longer than a line."""
    text = "".join(each if each.isprintable() else " " for each in str(raw))
    return text if len(text) <= 60 else text[:60] + "…"


def parse_tables(path: Path, raw: dict[str, Any], lines: Lines) -> TableDraft:
    """Return the tables of a programme, each checked by itself."""
    # What is no list of tables is named below, and nothing else is asked of it.
    lists = {name: raw[name] for name in _LISTS if isinstance(raw.get(name), list)}
    draft = TableDraft(path, lines, {**{name: each for name, each in raw.items() if name not in _LISTS}, **lists})
    for name in sorted(set(raw) - {"programme", "sets", "people", "workbooks"}):
        suggestion = closest(name, ("programme", "sets", "people", "workbooks"))
        draft.fault("programme.unknown_key", name, where=path.name, key=name, suggestion=suggestion)
    if "programme" in raw:
        draft.head = draft.part(_Head, raw["programme"], "programme")
    else:
        draft.fault("programme.missing_key", where=path.name, key="[programme]")
    for name in _LISTS:
        if name in raw and name not in lists:
            draft.fault("programme.not_tables", name, where=path.name, key=name, value=short(raw[name]))
    draft.sets = _tables(draft, SetOfLearners, "sets")
    draft.people = _tables(draft, Staff, "people")
    draft.workbooks = _tables(draft, Suggested, "workbooks")
    return draft


def _tables(draft: TableDraft, kind: type[P], name: str) -> dict[int, P]:
    """Return the well-formed tables of one name by their position."""
    parts = ((at, draft.part(kind, each, name, at)) for at, each in enumerate(draft.raw.get(name, [])))
    return {at: part for at, part in parts if part is not None}
