"""Backups: whole, made while people type, and without what was erased since when they come back."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn.answers.prompts import Prompt
from actionlearn.errors import BadInput, ServerError, StoreError
from actionlearn.store import open_store
from actionlearn.store.backup.backup import backup
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.folder_lock import only_server
from actionlearn.store.erasure import passages, removal
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, revisions, workbooks

from ..support.served_kit import World

ROOT = Path(__file__).parents[2]
NEED = Prompt("need", "What?")
WORDS = "Bruno on the night shift"
MARK = "[erased by its author]"


def save(c, book, value, prompt="need", now=""):
    """Save over whatever is there."""
    head = drafts.drafts(c, book.id).get(prompt)
    key = {"workbook": book.id, "prompt": prompt, "person": book.owner, "client": str(uuid4())}
    return drafts.save(c, **key, seq=1, base=head.version if head else 0, value=value, now=now)


def add(c):
    """Make a learner with a workbook."""
    members.put_cohort(c, id="autumn", name="Autumn")
    ana = members.add_person(c, username="ana")
    made = {"cohort": "autumn", "owner": ana.id, "template": "scope", "template_hash": "h", "locale": "en"}
    return workbooks.add_workbook(c, **made, number=1, title="Scope", path="cohorts/autumn/ana/scope-1.ipynb")


@pytest.fixture
def scene(tmp_path):
    """Make a data folder with a workbook in it."""
    data = tmp_path / "data"
    with open_store(data) as store:
        book = store.write(add)
        path = data / book.path
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        yield SimpleNamespace(store=store, data=data, book=book, tmp=tmp_path, file=tmp_path / "b.tar.gz")


def said(data, book, url=""):
    """Return the answers of a restored folder."""
    with open_store(data, url) as store:
        return {id: draft.value for id, draft in store.read(lambda c: drafts.drafts(c, book.id)).items()}


def has(data, words=WORDS):
    """Name the files of a folder that have words in them."""
    return [file.name for file in data.rglob("*") if file.is_file() and words.encode() in file.read_bytes()]


def test_a_backup_comes_back_as_it_was(scene):
    """Database and files are what they were; nothing of the server's own is in it."""
    scene.store.write(lambda c: save(c, scene.book, "words"))
    (scene.data / "server.lock").write_text("")
    made = backup(scene.store, scene.data, scene.file)
    assert made.database
    assert scene.file.stat().st_mode & 0o077 == 0
    with tarfile.open(scene.file) as tar:
        assert sorted(tar.getnames()) == ["actionlearn.sqlite", "cohorts/autumn/ana/scope-1.ipynb", "manifest.json"]
    done = restore(scene.file, scene.tmp / "new")
    assert (done.files, done.database, done.erased, done.journal) == (2, True, 0, False)
    assert said(scene.tmp / "new", scene.book) == {"need": "words"}
    assert (scene.tmp / "new" / scene.book.path).read_text() == "{}"
    assert not list(scene.tmp.glob(".*"))


def test_a_backup_made_while_people_type_is_one_moment(scene):
    """Every backup opens, is whole, and has an answer that was acknowledged."""
    stop, acknowledged = threading.Event(), []

    def type_on():
        while not stop.is_set():
            text = f"{len(acknowledged)} " * 2000
            scene.store.write(lambda c, text=text: [save(c, scene.book, text), save(c, scene.book, text, "twin")])
            acknowledged.append(text)

    typing = threading.Thread(target=type_on)
    typing.start()
    for turn in range(5):
        backup(scene.store, scene.data, scene.tmp / f"{turn}.tar.gz")
        before = len(acknowledged)
        restore(scene.tmp / f"{turn}.tar.gz", scene.tmp / f"new{turn}")
        found = said(scene.tmp / f"new{turn}", scene.book)
        assert found["need"] == found["twin"]
        assert int(found["need"].split()[0]) <= before
    stop.set()
    typing.join()


def test_what_was_erased_since_is_erased_again(scene):
    """The journal of the old folder is honoured: words, versions and bytes."""
    scene.store.write(lambda c: save(c, scene.book, f"I asked {WORDS}."))  # no version of it is kept yet
    backup(scene.store, scene.data, scene.file)
    scene.store.write(lambda c: save(c, scene.book, f"I did ask {WORDS}, twice"))
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    new = scene.tmp / "new"
    done = restore(scene.file, new, [scene.data / erasure_journal.JOURNAL])
    assert (done.erased, done.whole, done.journal) == (1, 0, True)
    assert said(new, scene.book) == {"need": f"I asked {MARK}."}
    assert has(new) == []
    assert restore(scene.file, scene.tmp / "without").erased == 0
    assert has(scene.tmp / "without") != []


def test_a_journal_in_the_new_folder_is_honoured(scene):
    """It may lie there before; then the folder is not empty, and is taken all the same."""
    scene.store.write(lambda c: save(c, scene.book, f"I asked {WORDS}."))
    backup(scene.store, scene.data, scene.file)
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    new = scene.tmp / "new"
    new.mkdir()
    shutil.copy(scene.data / erasure_journal.JOURNAL, new)
    assert restore(scene.file, new).erased == 1
    assert has(new) == []
    assert len(erasure_journal.entries(new / erasure_journal.JOURNAL)) == 1


def test_an_erasure_from_before_the_backup_is_not_done_twice(scene):
    """What the backup knows is left alone; what came after is done, in order."""
    scene.store.write(lambda c: save(c, scene.book, f"one {WORDS} two"))
    passages.erase(scene.store, scene.data, scene.book.id, NEED, "one ", scene.book.owner)
    backup(scene.store, scene.data, scene.file)
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    passages.erase(scene.store, scene.data, scene.book.id, NEED, " two", scene.book.owner)
    done = restore(scene.file, scene.tmp / "new", [scene.data / erasure_journal.JOURNAL])
    assert done.erased == 2
    assert said(scene.tmp / "new", scene.book) == {"need": f"{MARK}{MARK}{MARK}"}


def test_words_that_no_version_has_are_found_all_the_same(scene, monkeypatch):
    """A backup that caught half a sentence has no version to go by: its key finds the words, and the rest stays."""
    monkeypatch.setattr("actionlearn.store.backup.backup.cut_heads", lambda _: 0)
    scene.store.write(lambda c: save(c, scene.book, f"half of {WORDS}"))
    backup(scene.store, scene.data, scene.file)
    scene.store.write(lambda c: save(c, scene.book, f"the whole of {WORDS}, and more"))
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    done = restore(scene.file, scene.tmp / "new", [scene.data / erasure_journal.JOURNAL])
    assert (done.erased, done.whole) == (1, 0)
    assert said(scene.tmp / "new", scene.book) == {"need": f"half of {MARK}"}
    assert has(scene.tmp / "new") == []


@pytest.mark.parametrize("ahead", [False, True])
def test_words_that_nobody_can_name_take_the_answer_with_them(scene, monkeypatch, ahead):
    """A journal of an earlier version has no fingerprint: the answer goes, and it is said. No clock says otherwise."""
    monkeypatch.setattr("actionlearn.store.backup.backup.cut_heads", lambda _: 0)
    scene.store.write(
        lambda c: save(c, scene.book, f"half of {WORDS}", now="2999-01-01T00:00:00.000Z" if ahead else "")
    )
    scene.store.write(lambda c: save(c, scene.book, "kept", "other"))
    backup(scene.store, scene.data, scene.file)
    scene.store.write(lambda c: save(c, scene.book, f"the whole of {WORDS}, and more"))
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    journal = scene.data / erasure_journal.JOURNAL
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    journal.write_text("".join(json.dumps(line | {"fingerprint": {}}) + "\n" for line in lines if "places" in line))
    done = restore(scene.file, scene.tmp / "new", [journal])
    assert (done.erased, done.whole) == (1, 1)
    assert said(scene.tmp / "new", scene.book) == {"need": MARK, "other": "kept"}
    assert has(scene.tmp / "new") == []


def test_words_written_after_the_backup_leave_it_alone(scene):
    """An erasure of what the backup never had changes nothing in it."""
    scene.store.write(lambda c: save(c, scene.book, "from before"))
    backup(scene.store, scene.data, scene.file)
    scene.store.write(lambda c: save(c, scene.book, f"now {WORDS}"))
    passages.erase(scene.store, scene.data, scene.book.id, NEED, WORDS, scene.book.owner)
    done = restore(scene.file, scene.tmp / "new", [scene.data / erasure_journal.JOURNAL])
    assert (done.erased, done.whole) == (0, 0)
    assert said(scene.tmp / "new", scene.book) == {"need": "from before"}


def test_a_folder_in_use_is_never_overwritten(scene):
    """Neither one with something in it nor one that a server holds."""
    backup(scene.store, scene.data, scene.file)
    with pytest.raises(BadInput, match="not_empty"):
        restore(scene.file, scene.data)
    held = scene.tmp / "held"
    command = f"from actionlearn.store.engine.folder_lock import only_server; from pathlib import Path\nwith only_server(Path({str(held)!r})): print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ServerError, match="already_served"):
            restore(scene.file, held)
        other.communicate(b"\n")
    assert restore(scene.file, held).database
    with only_server(held):
        pass


@pytest.mark.parametrize("fault", ["cut", "text", "empty", "changed", "damaged", "escaping", "newer"])
def test_a_backup_that_is_not_whole_is_refused(scene, fault):
    """Whatever is wrong with the file: one sentence, and nothing is written."""
    scene.store.write(lambda c: save(c, scene.book, "words " * 5000))
    backup(scene.store, scene.data, scene.file)
    spoil(scene, fault)
    with pytest.raises((BadInput, StoreError)) as caught:
        restore(scene.file, scene.tmp / "new")
    assert caught.value.code in {"backup.not_a_backup", "backup.changed", "backup.newer", "store.damaged"}
    assert not (scene.tmp / "new").exists()
    assert not list(scene.tmp.glob(".*"))
    assert not (scene.tmp / "escaped").exists()


def spoil(scene, fault):
    """Spoil a backup."""
    file, raw = scene.file, scene.file.read_bytes()
    if fault in ("cut", "text", "empty"):
        file.write_bytes({"cut": raw[: len(raw) // 2], "text": b"hello", "empty": b""}[fault])
        return
    parts = scene.tmp / "parts"
    with tarfile.open(file) as tar:
        tar.extractall(parts, filter="data")
    told = json.loads((parts / "manifest.json").read_text())
    if fault == "changed":
        (parts / scene.book.path).write_text("[]")
    elif fault == "newer":
        told["format"] = 99
    elif fault == "damaged":
        import hashlib

        database = bytearray((parts / "actionlearn.sqlite").read_bytes())
        database[8192:12288] = os.urandom(4096)
        (parts / "actionlearn.sqlite").write_bytes(database)
        told["files"]["actionlearn.sqlite"]["sha256"] = hashlib.sha256(database).hexdigest()
    (parts / "manifest.json").write_text(json.dumps(told))
    with tarfile.open(file, "w:gz") as tar:
        for path in sorted(parts.rglob("*")):
            if path.is_file():
                name = path.relative_to(parts).as_posix()
                tar.add(path, f"../escaped/{name}" if fault == "escaping" else name)


def test_nothing_is_overwritten_and_nothing_half_made_is_left(scene, monkeypatch):
    """A backup of the same name stays; one that could not be finished is not there."""
    scene.file.write_text("an older one")
    with pytest.raises(BadInput, match="there_already"):
        backup(scene.store, scene.data, scene.file)
    assert scene.file.read_text() == "an older one"
    monkeypatch.setattr(tarfile.TarFile, "addfile", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(BadInput, match="not_written"):
        backup(scene.store, scene.data, scene.tmp / "other.tar.gz")
    assert not list(scene.tmp.glob("other*"))
    assert not list(scene.tmp.glob(".*"))


@pytest.mark.postgresql
def test_postgresql_is_copied_by_its_own_tools(postgresql_place, tmp_path, monkeypatch):
    """The files are copied; the database that was restored beside them forgets what was erased since."""
    data = postgresql_place.data
    data.mkdir()
    with postgresql_place.open() as store:
        book = store.write(add)
        store.write(lambda c: save(c, book, f"I asked {WORDS}."))
        made = backup(store, data, tmp_path / "b.tar.gz")
        assert not made.database
        store.write(revisions.cut_heads)
    # As after pg_restore: the database does not know of the erasure, the journal does.
    with postgresql_place.open() as store, monkeypatch.context() as patch:
        patch.setattr(passages, "_not_done", lambda *_: None)
        patch.setattr(removal, "apply", lambda *_: (_ for _ in ()).throw(RuntimeError("power cut")))
        with pytest.raises(RuntimeError):
            passages.erase(store, data, book.id, NEED, WORDS, book.owner)
    done = restore(tmp_path / "b.tar.gz", tmp_path / "new", [data / erasure_journal.JOURNAL], postgresql_place.url)
    assert (done.database, done.erased) == (True, 1)
    assert said(tmp_path / "new", book, postgresql_place.url) == {"need": f"I asked {MARK}."}
    assert not restore(tmp_path / "b.tar.gz", tmp_path / "later").database


def run(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the documentation."""
    words = shlex.split(line)
    command = [sys.executable, "-W", "error", "-m", *words] if words[0] == "actionlearn" else words
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_commands_of_the_page_work_while_the_server_runs(tmp_path):
    """What docs/backup.md says is done, in its order, with a server, a learner who types and one who erases."""
    page = (ROOT / "docs" / "backup.md").read_text("utf-8")
    make, bring_back, copy = (block.splitlines() for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    world = World(tmp_path).start()
    try:
        (tmp_path / "actionlearn-data").symlink_to(world.data, target_is_directory=True)
        world.save("ben", world.book["ben/scope"], "need", f"I asked {WORDS}.")
        for line in make:
            done = run(tmp_path, line)
            assert done.returncode == 0, done.stderr
        body = {"prompt": "need", "passage": WORDS}
        assert world.ask("ben", "POST", f"/api/workbooks/{world.book['ben/scope']}/erase", body).status == 200
        for line in copy:
            assert run(tmp_path, line).returncode == 0
    finally:
        world.stop()
    for line in bring_back:
        done = run(tmp_path, line)
        assert done.returncode == 0, done.stderr
    assert "erased again: 1." in done.stdout
    assert has(tmp_path / "actionlearn-data") == []
    world.data = tmp_path / "actionlearn-data"
    world.start()
    try:
        answers = world.ask("ben", "GET", f"/api/workbooks/{world.book['ben/scope']}/answers").json["answers"]
        assert answers["need"]["value"] == f"I asked {MARK}."
    finally:
        world.stop()


@pytest.mark.postgresql
def test_a_postgresql_comes_back_by_the_commands_of_the_page(postgresql, tmp_path, monkeypatch):
    """pg_dump and pg_restore, as docs/backup.md has them; what was erased since stays erased."""
    import psycopg

    from ..conftest import _binaries

    monkeypatch.setenv("PATH", f"{_binaries()}{os.pathsep}{os.environ['PATH']}")
    page = (ROOT / "docs" / "backup.md").read_text("utf-8")
    make, bring_back = (block.splitlines() for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL))
    names = {"database": f"d_{uuid4().hex}", "again": f"d_{uuid4().hex}", "postgres": "postgres"}
    whole = psycopg.conninfo.conninfo_to_dict(postgresql)
    address = {each: f"postgresql://{whole['user']}@/{name}?host={whole['host']}" for each, name in names.items()}

    def do(lines: list[str]) -> str:
        for line in lines:
            for each, url in address.items():
                line = line.replace(f"postgresql://user@host/{each}", f"'{url}'")
            done = run(tmp_path, line.replace(" again", f" {names['again']}"))
            assert done.returncode == 0, done.stderr
        return done.stdout

    do([f"createdb --maintenance-db=postgresql://user@host/postgres {names['database']}"])
    data = tmp_path / "actionlearn-data"
    data.mkdir()
    try:
        with open_store(data, address["database"]) as store:
            book = store.write(add)
            store.write(lambda c: save(c, book, f"I asked {WORDS}."))
            do(make)
            passages.erase(store, data, book.id, NEED, WORDS, book.owner)
        assert "erased again: 1." in do(bring_back)
        assert said(data, book, address["again"]) == {"need": f"I asked {MARK}."}
    finally:
        for name in (names["database"], names["again"]):
            do([f"dropdb --if-exists --force --maintenance-db=postgresql://user@host/postgres {name}"])


def test_nothing_to_back_up_is_said(tmp_path):
    """A folder that is none of ours gets a sentence and no file."""
    done = run(tmp_path, "actionlearn backup --data nothing")
    assert done.returncode == 1
    assert "nothing of actionlearn" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_database_of_a_backup_is_one_file(scene):
    """It opens anywhere, without a log beside it."""
    backup(scene.store, scene.data, scene.file)
    with tarfile.open(scene.file) as tar:
        tar.extract("actionlearn.sqlite", scene.tmp / "one", filter="data")
    with sqlite3.connect(scene.tmp / "one" / "actionlearn.sqlite") as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    opened.close()
