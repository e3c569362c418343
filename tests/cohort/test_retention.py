"""How long things are kept: told first, then out of the store, the files and what a backup brings back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from actionlearn.cli import commands
from actionlearn.cohort import retention
from actionlearn.cohort.programme.programme import load
from actionlearn.errors import ProgrammeError
from actionlearn.store import Store, open_store, shifted
from actionlearn.store.backup.backup import backup
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import erasure_journal
from actionlearn.store.erasure import people as ending
from actionlearn.store.people import members
from actionlearn.store.people import retention as lapses

from ..support.served_kit import CANARY, World


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Fill two cohorts once; tests work on copies."""
    world = World(tmp_path_factory.mktemp("retention"))
    with open_store(world.data) as store:
        backup(store, world.data, world.data.parent / "whole.tar.gz")
    return world


@pytest.fixture
def data(made: World, tmp_path: Path) -> Path:
    """Return a data folder as it was, in which the autumn is kept for a year and a half."""
    restore(made.data.parent / "whole.tar.gz", tmp_path / "data")
    with open_store(tmp_path / "data") as store:
        put(store, "18 months")
    return tmp_path / "data"


def put(store: Store, keep: str) -> None:
    """Have the autumn be kept for so long."""
    about = {"id": "autumn", "name": "Autumn", "locale": "en", "time_zone": "UTC"}
    store.write(lambda c: members.put_cohort(c, **about, programme={"keep": keep}))


@pytest.mark.parametrize(
    ("keep", "ends"),
    [
        ("90 days", "2028-05-29"),
        ("1 week", "2028-03-07"),
        ("1 month", "2028-03-29"),
        ("12 months", "2029-02-28"),
        ("1 year", "2029-02-28"),
        ("4 years", "2032-02-29"),
    ],
)
def test_a_period_is_counted_as_people_count(keep: str, ends: str):
    """A month later is the same day of the next month, or its last."""
    assert retention.day_after(date(2028, 2, 29), keep).isoformat() == ends


@pytest.mark.parametrize("keep", ["for ever", "0 days", "1 decade", "-1 year", "1000 years", " 1 year"])
def test_a_programme_says_how_long_so_that_it_can_be_read(tmp_path: Path, keep: str):
    """What is no period is named with its line and how to write it."""
    path = tmp_path / "programme.toml"
    path.write_text(f'[programme]\nkeep = "{keep}"\n', "utf-8")
    with pytest.raises(ProgrammeError) as wrong:
        load(path)
    (fault,) = (each for each in wrong.value.faults if each.code == "programme.bad_keep")
    assert fault.line == 2


def test_people_are_told_a_month_before_and_nothing_goes_sooner(data: Path):
    """Told once; a word written since puts it off; removed when both the day and the month are past."""
    with open_store(data) as store:
        last = store.read(lambda c: max(lapses.last_activity(c, "autumn"), lapses.created_at(c, "autumn")))
        ends = retention.day_after(date.fromisoformat(last[:10]), "18 months")
        early, soon, late = (
            f"{shifted(f'{ends}T00:00:00.000Z', days=days)[:10]}T06:00:00.000Z" for days in (-40, -29, 1)
        )
        letters: list[str] = []

        def attend(now: str) -> tuple[int, int]:
            told, gone = retention.apply_retention(store, data, now, lambda each: letters.append(each.day))
            return len(told), len(gone)

        assert attend(early) == (0, 0)
        assert attend(soon) == (1, 0)
        assert attend(soon) == (0, 0)
        assert attend(late) == (0, 0), "the month is not over"
        (told,) = letters
        assert told == shifted(soon, days=30)[:10]
        put(store, "2 years")
        assert attend(late) == (0, 0), "it is kept longer now"
        put(store, "18 months")
        assert attend(late) == (1, 0), "and so it is told again"
        assert attend(shifted(late, days=31)) == (0, 1)
        assert attend(shifted(late, days=32)) == (0, 0)


def test_nothing_of_a_cohort_that_ended_is_left_and_the_others_stay(made: World, data: Path):
    """No row, no file, nobody who was in no other; and the other cohort as it was."""
    with open_store(data) as store:
        winter = store.read(lambda c: [each.person.username for each in members.members(c, "winter")])
        assert ending.erase_cohort(store, data, "autumn") == 4
        assert store.read(lambda c: [each.id for each in members.cohorts(c)]) == ["winter"]
        assert store.read(lambda c: [each.person.username for each in members.members(c, "winter")]) == winter
    world = World.__new__(World)
    world.data = data
    rows = world.rows()
    rows.pop("question")
    for gone in (CANARY, "'ana'", "'cora'", "'fay'", made.book["ana/scope"]):
        assert gone not in str(rows), gone
    assert made.book["will/scope"] in str(rows["workbook"])
    assert not (data / "cohorts" / "autumn").exists()
    assert (data / "cohorts" / "winter").exists()
    for file in data.rglob("*"):
        assert not file.is_file() or f"The night hears {CANARY}".encode() not in file.read_bytes(), file


def test_what_was_erased_stays_erased_when_a_backup_is_brought_back(made: World, data: Path, tmp_path: Path):
    """A person, a cohort: the journal has their ids alone, and a restored backup goes by it. A namesake is another."""
    with open_store(data) as store:
        ending.erase_person(store, data, store.read(lambda c: members.person(c, made.person["ana"])))
        ending.erase_cohort(store, data, "winter")
    noted = (data / erasure_journal.JOURNAL).read_text("ascii")
    assert "ana" not in noted.replace("canary", "")
    restore(made.data.parent / "whole.tar.gz", tmp_path / "again", [data / erasure_journal.JOURNAL])
    with open_store(tmp_path / "again") as store:
        people = {each.person.username for each in store.read(lambda c: members.members(c, "autumn"))}
        assert people == {"ben", "cora", "fay"}
        assert store.read(lambda c: [each.id for each in members.cohorts(c)]) == ["autumn"]
        assert ending.finish_pending(store, tmp_path / "again") == 0
        store.write(lambda c: members.put_cohort(c, id="winter", name="The next winter"))
        assert ending.finish_pending(store, tmp_path / "again") == 0
        assert store.read(lambda c: members.cohort(c, "winter")).name == "The next winter"


def test_whoever_is_erased_is_told_of_the_backups_that_hold_them(data: Path, monkeypatch: pytest.MonkeyPatch):
    """By name and day; with the days that backups are kept, until when, and not those that are over."""
    with open_store(data) as store:
        backup(store, data, data.parent / "later.tar.gz")
    run = CliRunner()
    typed = ["people", "erase", "--yes", "--data", str(data)]
    said = run.invoke(commands, [*typed, "ana"])
    assert said.exit_code == 0, said.output
    assert "later.tar.gz, of " in said.output
    monkeypatch.setenv("ACTIONLEARN_BACKUP_DAYS", "30")
    assert "kept until" in run.invoke(commands, [*typed, "ben"]).output


def test_the_command_says_until_when_and_does_what_is_due(data: Path):
    """Nothing is told or erased by asking."""
    run = CliRunner()
    said = run.invoke(commands, ["people", "lapsed", "--data", str(data)])
    assert said.exit_code == 0, said.output
    assert "autumn: kept until 20" in said.output
    assert "winter: kept without an end." in said.output
    assert "Told: 0. Erased: 0." in run.invoke(commands, ["people", "lapsed", "--do", "--data", str(data)]).output
