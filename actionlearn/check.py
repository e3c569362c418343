"""Check an author's files: what is wrong, what might be better, and how long they take to type in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from actionlearn.errors import ActionlearnError, BadInput, Fault, TemplateError
from actionlearn.i18n import all_locales
from actionlearn.i18n.locales import SOURCE
from actionlearn.template import Template, find, load, shipped
from actionlearn.template.consistency import differences, inconsistencies, unknown
from actionlearn.template.lint import advice_for, shown_at_most, typing
from actionlearn.template.packs import packs
from actionlearn.template.typing_time import MOST_MINUTES, WEEKS
from actionlearn.views import VIEWS

if TYPE_CHECKING:
    from actionlearn.cohort.programme.programme import Programme

#: Markdown and TOML that people keep beside their files, and that is not ours to check.
_NOT_OURS = {"readme.md", "changelog.md", "contributing.md", "license.md", "pyproject.toml"}

#: Folder of cards, beside templates.
CARDS = "cards"


@dataclass(frozen=True)
class TypingTime:
    """How many prompts of a workbook are seen at once at most, and how many minutes their answers take to type."""

    name: str
    prompts: int
    minutes: float


@dataclass
class CheckReport:
    """What was found.

    Parameters
    ----------
    files
        How many there were.
    faults
        What has to be corrected.
    advice
        What might be better.
    typing
        How long each workbook takes to type in, and each programme.
    """

    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    advice: list[Fault] = field(default_factory=list)
    typing: list[TypingTime] = field(default_factory=list)


def check_paths(paths: Iterable[Path]) -> CheckReport:
    """Check files and folders: templates and cards (.md), programmes (.toml), rosters (.csv).

    Raises
    ------
    BadInput
        A folder has nothing of these.
    """
    return _Checker(dict.fromkeys(each for given in paths for each in _files(given))).report()


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = [each for each in sorted(path.rglob("*")) if each.suffix in (".md", ".toml", ".csv") and each.is_file()]
    found = [each for each in found if each.name.lower() not in _NOT_OURS and not _hidden(each.relative_to(path))]
    # A roster lies beside its programme; any other sheet in a folder is somebody's file, such as their counts.
    beside = {each.parent for each in found if each.suffix == ".toml"}
    found = [each for each in found if each.suffix != ".csv" or each.parent in beside or each.parent == path]
    if not found:
        raise BadInput("template.nothing_to_check", path=path)
    yield from found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def unshared(template: Template) -> list[Fault]:
    """Return why the live cells of a template cannot be run once for everybody, by line."""
    if not template.live_cells:
        return []
    from actionlearn.kernels.dry_run import SECONDS, reasons_against
    from actionlearn.notebook import to_notebook

    ours = {"cell-parameters", "cell-open"}
    cells = to_notebook(template).cells
    sources = [each.source for each in cells if each.id in ours or "live" in each.metadata.get("tags", ())]
    lines = [cell.line for cell in template.live_cells]
    return [
        Fault(
            code=f"template.live_{each.code}",
            values={"detail": each.detail, "seconds": int(SECONDS)},
            path=template.path,
            line=lines[max(0, each.cell - len(ours) - 1)],
        )
        for each in reasons_against(sources, ["actionlearn.workbook"])
    ]


class _Checker:
    """Reads each file once."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = list(paths)
        self._templates: dict[Path, Template | ActionlearnError] = {}

    def report(self) -> CheckReport:
        report = CheckReport(len(self.paths))
        for path in self.paths:
            try:
                self._look(path, report)
            except ActionlearnError as error:
                report.faults += [
                    Fault(code=fault.code, values=fault.values, path=fault.path or path, line=fault.line)
                    for fault in error.faults or [Fault(error.code, error.values)]
                ]
        for same in self._languages:
            report.faults += differences(same)
        return report

    def _look(self, path: Path, report: CheckReport) -> None:
        if path.suffix == ".md" and path.parent.name == CARDS:
            from actionlearn.template import cards

            cards.load(path)
        elif path.suffix == ".md":
            self._template(self._read(path), report)
        elif path.suffix == ".toml":
            from actionlearn.cohort.programme import programme

            self._programme(programme.load(path, whole=True), path, report)
        elif path.suffix == ".csv":
            from actionlearn.cohort.roster import roster

            roster.read_roster(path)
        else:
            raise BadInput("template.not_checkable", faults=[Fault("template.not_checkable", {}, path)])

    def _template(self, template: Template, report: CheckReport) -> None:
        def known(id: str) -> Template | None:
            return self._known(id, template)

        report.faults += inconsistencies(template, known)
        report.advice += [*unknown(template, known), *advice_for(template), *unshared(template)]
        name = f"{template.locale}/{template.id}"
        report.typing.append(TypingTime(name, shown_at_most(template), typing(template)))

    def _programme(self, programme: Programme, path: Path, report: CheckReport) -> None:
        """Add up what a programme suggests: what its sets write together is nobody's own."""
        from actionlearn.cohort.programme.library import Library

        library = Library(programme.folder)
        suggested = [library.load(each.template, programme.locale) for each in programme.workbooks]
        own = [template for template in suggested if template.owner == "person" and not template.about]
        minutes = sum(map(typing, own))
        days = [day for each in programme.workbooks for day in (each.opens, each.due or each.opens)]
        weeks = max(1, ceil((max(days) - min(days)).days / 7)) if days else WEEKS
        most = MOST_MINUTES * weeks / WEEKS
        report.typing.append(TypingTime(path.name, sum(map(shown_at_most, own)), minutes))
        if minutes > most:
            values = {"minutes": ceil(minutes), "weeks": weeks, "most": int(most)}
            report.advice.append(Fault("template.programme_typing", values, path))

    def _read(self, path: Path) -> Template:
        if path not in self._templates:
            try:
                self._templates[path] = load(path, views=VIEWS)
            except ActionlearnError as error:
                self._templates[path] = error
        read = self._templates[path]
        if isinstance(read, ActionlearnError):
            raise read
        return read

    def _known(self, id: str, beside: Template) -> Template | None:
        """Return the template a reference means: one in the same folder, else one that is installed."""
        try:
            near = beside.path.with_name(f"{id}.md") if beside.path else None
            return self._read(near if near and near.is_file() else find(id, beside.locale))
        except TemplateError:
            return None

    @cached_property
    def _languages(self) -> list[dict[str, Template]]:
        """The templates that are there in several languages: folders beside each other, named after them.

        A translation that a pack brings to a shipped template is held against that.
        """
        read = [each for each in self._templates.values() if isinstance(each, Template) and each.path in self.paths]
        named = [(each.path.absolute(), each) for each in read if each.path]
        named = [(path, each) for path, each in named if path.parent.name in all_locales()]

        def where(pair: tuple[Path, Template]) -> tuple[Path, str]:
            return pair[0].parent.parent, pair[0].stem

        groups = [list(group) for _, group in groupby(sorted(named, key=where), where)]
        beside = [{path.parent.name: each for path, each in group} for group in groups]
        return [whole for each in beside if len(whole := self._with_shipped(each)) > 1]

    def _with_shipped(self, group: dict[str, Template]) -> dict[str, Template]:
        one = next(iter(group.values()))
        in_pack = one.path and any(one.path.absolute().is_relative_to(root) for root in packs().values())
        original = shipped()[SOURCE].get(one.id)
        return {SOURCE: self._read(original), **group} if in_pack and original and SOURCE not in group else group
