"""What an erasure leaves on the disk and in programmes: nothing, also after a kill, a race, or a copy half made."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from actionlearn.answers.prompts import Prompt
from actionlearn.cli import commands
from actionlearn.cohort import files
from actionlearn.errors import Missing, StoreError
from actionlearn.reviews.execute import execute
from actionlearn.store import Store, open_store
from actionlearn.store.backup import log
from actionlearn.store.backup.backup import backup
from actionlearn.store.backup.restore import restore
from actionlearn.store.backup.working_folder import working_folder
from actionlearn.store.engine import erasure_journal
from actionlearn.store.erasure import passages, people, replay
from actionlearn.store.people import members
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, workbooks

from ..support.erasure_scene import holding
from ..support.served_kit import CANARY, World

#: Runs a line of Python, and kills itself, without a word, where a function is called.
KILLED = """
import os, signal, sys
from pathlib import Path
from actionlearn.store import open_store
from actionlearn.store.erasure import leftovers, passages, people, removal
from actionlearn.store.people import members
from actionlearn.answers.prompts import Prompt
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
data = Path(sys.argv[1])
store = open_store(data)
{patch} = die
{act}
"""


@pytest.fixture
def made(tmp_path: Path) -> World:
    """Fill two cohorts, with files."""
    return World(tmp_path)


def kill(data: Path, patch: str, act: str, *more: str) -> None:
    """Run an act in a process of its own that dies half way."""
    code = KILLED.format(patch=patch, act=act)
    done = subprocess.run([sys.executable, "-c", code, str(data), *more], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def finish(data: Path) -> None:
    """Do what a server does at its start."""
    with open_store(data) as store:
        replay.finish(store, data)
        people.finish_pending(store, data)


def person(store: Store, username: str) -> Any:
    """Return somebody by name."""
    return store.read(lambda c: members.person_by_username(c, username))


def type_in(world: World, store: Store, value: str) -> None:
    """Save an answer of Ana's over what is there."""

    def act(c: Any) -> None:
        book = world.book["ana/scope"]
        head = drafts.drafts(c, book)["need"]
        key = {"workbook": book, "prompt": "need", "person": world.person["ana"], "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=head.version, value=value)

    store.write(act)


ERASE_ANA = "people.erase_person(store, data, store.read(lambda c: members.person_by_username(c, 'ana')))"


@pytest.mark.parametrize("patch", ["leftovers.remove_leftovers", "store.scrub"])
@pytest.mark.parametrize("act", [ERASE_ANA, "people.erase_cohort(store, data, 'autumn')"])
def test_an_erasure_that_is_killed_is_finished_at_the_next_start(made: World, patch: str, act: str):
    """Executed notebooks, workbooks and bytes of rows go then, and the journal knows that they are gone."""
    kill(made.data, patch, act)
    finish(made.data)
    assert not (made.data / "cohorts/autumn/ana").exists()
    assert not list(made.data.glob("reviews/*/*/*"))
    left = {Path(each).name for each in holding(made.data, CANARY)}
    assert left <= {"actionlearn.sqlite", "actionlearn.sqlite-wal"}, left  # the coach's question bank is the coach's
    with open_store(made.data) as store:
        assert erasure_journal.unclean(made.data / erasure_journal.JOURNAL, store.id) == []


def test_a_passage_whose_erasure_is_killed_leaves_no_byte(made: World):
    """Killed after it was committed and before the database let go of it: the next start sees to it."""
    words = "A-WORD-OF-ITS-OWN-" * 3
    with open_store(made.data) as store:
        value = f"{'x' * 3000}{words}{'y' * 3000}"
        type_in(made, store, value)
    act = f"passages.erase(store, data, sys.argv[2], Prompt('need', 'What?'), {words!r}, sys.argv[3])"
    kill(made.data, "removal.clean_up", act, made.book["ana/scope"], made.person["ana"])
    assert holding(made.data, words)
    finish(made.data)
    assert not holding(made.data, words)


def test_whoever_reads_an_older_state_only_puts_it_off(made: World):
    """The log cannot be emptied meanwhile; the next start does it."""
    with open_store(made.data) as store:
        words = "A-WORD-OF-ITS-OWN-" * 3
        type_in(made, store, words)
        with sqlite3.connect(f"file:{made.data}/actionlearn.sqlite?mode=ro", uri=True) as reader:
            reader.execute("begin")
            reader.execute("select count(*) from draft").fetchone()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("actionlearn.store.engine.scrub.PATIENCE", 0.2)
                prompt, ana = Prompt("need", "What?"), made.person["ana"]
                done = passages.erase(store, made.data, made.book["ana/scope"], prompt, words, ana)
            assert not done.scrubbed
            assert erasure_journal.unclean(made.data / erasure_journal.JOURNAL, store.id) == [done.id]
        reader.close()
    finish(made.data)
    assert not holding(made.data, words)


def test_what_is_erased_while_it_is_executed_is_not_written(made: World):
    """The cohort goes while its notebook is being executed: no file comes after it."""
    with open_store(made.data) as store:
        shared = store.read(lambda c: submissions.submission(c, made.submission))
        store.write(lambda c: reviews.put_review(c, Review(shared.id, "coach")))

        class Meanwhile:
            """Erases the cohort before what was executed is handed back."""

            width = 1

            def __call__(self, act: Any, *given: Any) -> Any:
                result = act(*given)
                people.erase_cohort(store, made.data, "autumn")
                return result

        with pytest.raises(Missing):
            execute(store, made.data, shared, "coach", apart=Meanwhile())  # type: ignore[arg-type]
    assert not (made.data / "reviews/autumn").exists()
    assert not (made.data / "cohorts/autumn").exists()


def test_an_erased_person_is_in_no_programme_and_no_manifest(made: World):
    """Neither as coach, manager or learner of one; so no press of a button makes them a person again."""
    programme = {
        "people": [
            {"username": "Cora", "firstname": "Cora", "email": "cora@example.org", "role": "coach", "sets": ["Blue"]},
            {
                "username": "mona",
                "firstname": "Mona",
                "email": "m@example.org",
                "role": "manager",
                "learners": ["ana", "ben"],
            },
        ],
        "sets": [{"name": "Blue", "coach": "cora"}],
        "workbooks": [],
    }
    with open_store(made.data) as store:
        about = {"id": "autumn", "name": "Autumn", "locale": "en", "time_zone": "UTC"}
        store.write(lambda c: members.put_cohort(c, **about, programme=programme))
        books = store.read(lambda c: workbooks.workbooks_in(c, "autumn"))
        files.write_manifest(made.data, "autumn", books, {id: name for name, id in made.person.items()})
        (made.data / "cohorts/autumn/mona/ana").mkdir(parents=True)
        (made.data / "cohorts/autumn/ben/.notes").touch()
        for username in ("ana", "cora"):
            people.erase_person(store, made.data, person(store, username))
        left = store.read(lambda c: members.cohort(c, "autumn")).programme
    assert [each["username"] for each in left["people"]] == ["mona"]
    assert left["people"][0]["learners"] == ["ben"]
    assert left["sets"] == [{"name": "Blue", "coach": None}]
    manifest = json.loads((made.data / "cohorts/autumn/manifest.json").read_text())
    assert [each["owner"] for each in manifest["workbooks"]] == ["ben"]
    assert not list(made.data.rglob("*ana*"))
    assert (made.data / "cohorts/autumn/ben/scope-1.ipynb").exists()


def test_a_folder_that_cannot_be_removed_is_named(made: World, monkeypatch: pytest.MonkeyPatch):
    """Nothing says that somebody is erased while their files are there; the journal has it for the next start."""

    def refused(path: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with open_store(made.data) as store:
        with monkeypatch.context() as patch:
            patch.setattr("actionlearn.store.erasure.leftovers.shutil.rmtree", refused)
            with pytest.raises(StoreError, match="leftovers"):
                people.erase_person(store, made.data, person(store, "ana"))
        assert erasure_journal.unclean(made.data / erasure_journal.JOURNAL, store.id)
        people.finish_pending(store, made.data)
        assert not erasure_journal.unclean(made.data / erasure_journal.JOURNAL, store.id)
    assert not (made.data / "cohorts/autumn/ana").exists()


BACKUP = """
import os, signal, sys
from pathlib import Path
from actionlearn.store import open_store
from actionlearn.store.backup import backup, restore
{module}.{name} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
data, file, again = map(Path, sys.argv[1:])
backup.backup(open_store(data), data, file) if {backing_up} else restore.restore(file, again)
"""


def test_a_copy_that_was_killed_half_way_is_removed_and_known(made: World, tmp_path: Path):
    """The next run removes it; until then whoever is erased is told that it holds them."""
    code = BACKUP.format(module="backup", name="_add_manifest", backing_up=True)
    command = [sys.executable, "-c", code, str(made.data), str(tmp_path / "b.tar.gz"), str(tmp_path / "new")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob(".backup-*"))) == 1
    with open_store(made.data) as store:
        assert [each.name for each in store.read(lambda c: log.containing(c, made.person["ana"]))] == ["b.tar.gz"]
        backup(store, made.data, tmp_path / "b.tar.gz")
    assert not list(tmp_path.glob(".backup-*"))
    code = BACKUP.format(module="restore", name="_put", backing_up=False)
    assert subprocess.run([*command[:2], code, *command[3:]], check=False).returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob(".restoring-*"))) == 1
    restore(tmp_path / "b.tar.gz", tmp_path / "new")
    assert not list(tmp_path.glob(".restoring-*"))


def test_a_copy_that_another_program_is_making_is_left_alone(made: World, tmp_path: Path):
    """Two at once, in one folder: neither takes the other's away."""
    with working_folder(tmp_path, ".backup-") as first, open_store(made.data) as store:
        (first / "half").touch()
        backup(store, made.data, tmp_path / "b.tar.gz")
        assert (first / "half").exists()


def test_a_copy_that_could_not_be_made_is_not_named(made: World, tmp_path: Path):
    """No room, no right: nothing of it is there, and nobody is told of it."""
    (tmp_path / "locked").mkdir()
    with open_store(made.data) as store, pytest.MonkeyPatch.context() as patch:

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr("actionlearn.store.backup.backup._add_manifest", full)
        with pytest.raises(Exception, match="not_written"):
            backup(store, made.data, tmp_path / "locked" / "b.tar.gz")
        assert store.read(lambda c: log.containing(c, made.person["ana"])) == []


def test_the_command_names_what_it_cannot_note(made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A store that cannot be written is copied all the same; that nobody knows of the copy is said."""

    def full(*_: Any, **__: Any) -> None:
        raise StoreError("store.full", where="x")

    monkeypatch.setattr("actionlearn.store.backup.backup.log.record", full)
    done = CliRunner().invoke(commands, ["backup", "--data", str(made.data), "-o", str(tmp_path / "b.tar.gz")])
    assert done.exit_code == 0, done.output
    assert "does not know of this copy" in done.output
