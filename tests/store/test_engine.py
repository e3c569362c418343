"""Opening a store, its migrations, and its one writer."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, func, insert, inspect, select, text, update

from actionlearn import i18n
from actionlearn.errors import ActionlearnError, Conflict, StoreError
from actionlearn.store import open_store
from actionlearn.store.engine import migrate
from actionlearn.store.engine.database import FILE
from actionlearn.store.engine.writer import TOGETHER
from actionlearn.store.people import audit, members, sessions
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import drafts, workbooks

# Opening --------------------------------------------------------------------------------------


def test_a_store_keeps_its_id(place):
    """A store has one id for ever, and what was written is there when it is opened again."""
    with place.open() as store:
        first = store.id
        store.write(lambda c: members.add_person(c, username="bea", firstname="Beatriz", lastname="Conceição"))
    with place.open() as store:
        assert store.id == first
        assert store.read(lambda c: members.person_by_username(c, "BEA")).name == "Beatriz Conceição"


def test_stores_made_at_once_in_threads_are_whole(tmp_path):
    """Alembic works for one store after the other, whoever asks meanwhile."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda n: open_store(tmp_path / str(n % 3)), range(6)))
    assert len({store.id for store in stores}) == 3
    for store in stores:
        assert store.read(members.cohorts) == []
        store.close()


def test_both_databases_say_who_they_are(store, place):
    """The store knows which database it is in."""
    assert store.dialect == ("postgresql" if place.url else "sqlite")


def test_the_file_is_for_its_owner_alone(sqlite_store, sqlite_place):
    """Nobody else on the machine can read the words in the file, or in the log beside it."""
    for path in sqlite_place.data.glob(f"{FILE}*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_sqlite_is_set_to_keep_what_it_acknowledges(sqlite_store):
    """Write-ahead log, full synchronisation, foreign keys; a read cannot write."""
    facts = sqlite_store.write(
        lambda c: [
            c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    )
    assert facts == ["wal", 2, 1]


def test_a_read_cannot_write(store):
    """An act given to read that writes is refused by the database."""
    with pytest.raises(Exception, match=r"(?i)not_writable|read.?only"):
        store.read(lambda c: members.add_person(c, username="bea"))
    assert store.read(lambda c: members.person_by_username(c, "bea")) is None


def test_many_open_a_new_store_at_once(place):
    """Programs that start together make one store between them."""
    found, errors = [], []

    def open_it():
        try:
            with place.open() as store:
                found.append(store.id)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_store_newer_than_the_code_is_left_alone(place):
    """A store made by a newer actionlearn says to upgrade, and nothing in it changes."""
    with place.open() as store:
        store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError) as raised:
        place.open()
    assert raised.value.code == "store.newer"
    assert "Upgrade actionlearn" in i18n.error_text(raised.value)


def test_a_locked_store_says_so(sqlite_place):
    """Where another program holds the file too long, opening and writing say that it is locked."""
    with sqlite_place.open(patience=0.2) as store:
        other = sqlite3.connect(sqlite_place.data / FILE, isolation_level=None)
        with contextlib.closing(other):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError) as writing:
                store.write(lambda c: members.add_person(c, username="bea"))
            with pytest.raises(StoreError) as opening:
                sqlite_place.open(patience=0.2)
            assert store.read(members.cohorts) == []
            other.execute("ROLLBACK")
        assert writing.value.code == opening.value.code == "store.locked"
        assert store.write(lambda c: members.add_person(c, username="bea")).username == "bea"


@pytest.mark.postgresql
def test_a_second_writer_waits_its_turn(postgresql_place):
    """In PostgreSQL a second program that writes waits for the first, and says so where that takes too long."""
    with postgresql_place.open() as first, postgresql_place.open(patience=0.3) as second:
        gate, began = threading.Event(), threading.Event()

        def slow(_):
            began.set()
            gate.wait(10)

        pending = first.submit(slow)
        began.wait(10)
        with pytest.raises(StoreError) as raised:
            second.write(lambda c: members.add_person(c, username="bea"))
        gate.set()
        pending.result()
        assert raised.value.code == "store.locked"
        second.write(lambda c: members.add_person(c, username="bea"))


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    """Where the data folder cannot be made, the error names it."""
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError) as raised:
        open_store(tmp_path / "file" / "data")
    assert raised.value.code == "store.not_writable"
    assert str(tmp_path / "file" / "data") in i18n.sentence(raised.value)


def test_some_other_file_is_not_a_store(tmp_path):
    """A file that is no database, or another program's, is left as it is."""
    (tmp_path / FILE).write_text("dear diary, " * 100)
    with pytest.raises(StoreError) as raised:
        open_store(tmp_path)
    assert raised.value.code == "store.not_a_store"
    assert (tmp_path / FILE).read_text().startswith("dear diary")
    other = tmp_path / "other"
    other.mkdir()
    with contextlib.closing(sqlite3.connect(other / FILE)) as connection:
        connection.execute("CREATE TABLE person (id INTEGER)")
    with pytest.raises(StoreError) as raised:
        open_store(other)
    assert raised.value.code == "store.not_a_store"


def test_a_database_that_does_not_answer_says_so_without_its_password():
    """An address where nothing listens gives one clear error that holds no password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(StoreError) as raised:
        open_store(url=f"postgresql://me:hunter2@127.0.0.1:{port}/x", patience=1)
    assert raised.value.code == "store.unreachable"
    assert "hunter2" not in i18n.error_text(raised.value)


@pytest.mark.parametrize("url", ["mysql://a:hunter2@b/c", "nonsense", "postgresql://hunter2", "://", "sqlite://"])
def test_an_address_that_is_none_says_so(url):
    """Other databases, and addresses that are none, are refused by name and without a password."""
    with pytest.raises(StoreError) as raised:
        open_store(url=url)
    assert raised.value.code == "store.bad_url"
    assert ":hunter2" not in i18n.error_text(raised.value)


def test_a_closed_store_says_so(store):
    """What comes after the end is refused; closing twice is closing once."""
    store.close()
    store.close()
    for ask in (
        store.read,
        store.write,
        lambda act: asyncio.run(store.aread(act)),
        lambda act: asyncio.run(store.awrite(act)),
    ):
        with pytest.raises(StoreError) as raised:
            ask(members.cohorts)
        assert raised.value.code == "store.closed"


# Migrations -----------------------------------------------------------------------------------


def revisions():
    """Every migration, the oldest first."""
    scripts = ScriptDirectory.from_config(migrate.config(None)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def test_the_code_knows_its_newest_migration():
    """HEAD is the last of the files, and they form one line."""
    script = ScriptDirectory.from_config(migrate.config(None))
    assert script.get_heads() == [migrate.HEAD]


def test_the_migrations_make_the_tables_of_the_schema(store):
    """What the migrations made is what the schema says: no table, column, key or index is missing or left."""

    def differences(c):
        context = MigrationContext.configure(c, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, schema.metadata)

    assert store.write(differences) == []


def fill(c):
    """Put one row into every table that there is, whatever its columns are in this version."""
    from sqlalchemy import MetaData

    tables = MetaData()
    tables.reflect(c)
    kinds = {"BIGINT": 1, "INTEGER": 1, "BOOLEAN": False}
    for table in tables.sorted_tables:
        if table.name in {"alembic_version", "store_info", "erasure_key"}:
            continue
        row = {
            column.name: next(iter(column.foreign_keys)).column.table.name
            if column.foreign_keys
            else table.name
            if column.primary_key and len(table.primary_key) == 1 and "INT" not in str(column.type)
            else kinds.get(str(column.type), '"é"')
            for column in table.columns
        }
        c.execute(insert(table).values(**row))


def contents(c):
    """All rows of all tables but Alembic's own."""
    from sqlalchemy import MetaData

    tables = MetaData()
    tables.reflect(c)
    return {
        table.name: [dict(row._mapping) for row in c.execute(select(table))]
        for table in tables.sorted_tables
        if table.name != "alembic_version"
    }


#: Old table -> its name now, and of each table its old columns -> their names now.
NEW_TABLES = {
    "comment_seen": "comment_view",
    "opened": "review_opening",
    "half_said": "comment_draft",
    "telling": "notification_state",
    "released": "release",
    "looked": "statement_progress",
    "copy_made": "backup_log",
    "lapse": "retention_notice",
    "unmade": "build_failure",
    "wrong_try": "failed_attempt",
}
NEW_COLUMNS = {
    "workbook": {"touched_at": "started_at"},
    "notebook": {"built": "build_hash"},
    "submission_item": {"said_at": "answered_at"},
    "agreement": {"kept_at": "fulfilled_at"},
    "posting": {"first_at": "first_answered_at"},
    "statement": {"thing": "object"},
    "telling": {"off": "disabled", "told_on": "notified_on", "told_at": "notified_at", "closed_at": "dismissed_at"},
    "lapse": {"told_at": "notified_at"},
}


def named_as_now(contents):
    """Return what an earlier version had with the tables' and columns' names of today."""
    return {
        NEW_TABLES.get(table, table): [
            {NEW_COLUMNS.get(table, {}).get(name, name): value for name, value in row.items()} for row in rows
        ]
        for table, rows in contents.items()
    }


@pytest.mark.ordinary("sqlite", "postgresql-0001", "postgresql-0010")
@pytest.mark.parametrize("start", revisions())
def test_a_store_comes_up_from_every_earlier_version(place, start, monkeypatch):
    """A store of any earlier version, with data in every table, opens and has lost nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "HEAD", start)
        with place.open() as store:
            store.write(fill)
            before = store.read(contents)
    if start < "0010":
        before = named_as_now(before)
    with place.open() as store:
        assert store.read(migrate.version) == migrate.HEAD
        after = store.read(contents)
    assert len(before) >= 23
    for table, rows in before.items():
        assert len(after[table]) == len(rows) == 1, f"{table} lost rows"
        assert after[table][0] | rows[0] == after[table][0]


def structure(c):
    """Return every table with its columns, keys, indexes and checks, and their names, as the database has them."""
    look = inspect(c)
    found = {}
    for table in look.get_table_names():
        columns = {
            each["name"]: (str(each["type"]), each["nullable"], each["default"]) for each in look.get_columns(table)
        }
        keys = [look.get_pk_constraint(table), *look.get_foreign_keys(table), *look.get_unique_constraints(table)]
        keys += look.get_check_constraints(table)
        for index in look.get_indexes(table):
            where = index.get("dialect_options", {})
            keys.append({**index, "dialect_options": {name: str(value) for name, value in where.items()}})
        found[table] = (columns, sorted(map(str, keys)))
    return found


def test_the_migrations_give_keys_and_indexes_their_names(store):
    """Every key, index and check has the name that the schema gives it, not that of a table from before."""
    made = store.write(structure)
    made.pop("alembic_version")

    def anew(c):
        schema.metadata.create_all(c)
        return structure(c)

    fresh = store.write(lambda c: (drop(c), anew(c))[1])
    assert made == fresh


def drop(c):
    """Take every table away."""
    from sqlalchemy import MetaData

    tables = MetaData()
    tables.reflect(c)
    if c.dialect.name == "postgresql":
        for table in tables.tables:
            c.execute(text(f'DROP TABLE "{table}" CASCADE'))
        return
    for table in reversed(tables.sorted_tables):
        table.drop(c)


def test_attempts_are_counted_on_after_the_migration(place, monkeypatch):
    """Also in PostgreSQL, where a sequence counts: what comes next does not have a number that is taken."""
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "HEAD", "0009")
        with place.open() as store:
            store.write(
                lambda c: [c.execute(text("INSERT INTO wrong_try (key, at) VALUES ('k', '2026')")) for _ in "abc"]
            )
    with place.open() as store:
        store.write(lambda c: sessions.add_failed_attempt(c, "k", "2027", "2025"))
        assert store.read(lambda c: sessions.failed_attempts(c, "k", "2025")) == 4


def test_a_migration_that_fails_leaves_the_store_as_it_was(place, monkeypatch):
    """Half a migration is none: a store whose migration failed can be opened by the version that made it."""
    upgrade = command.upgrade

    def fail(config, to):
        upgrade(config, to)
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", fail)
        with pytest.raises(RuntimeError):
            place.open()
    with place.open() as store:
        assert store.id
        assert store.read(members.cohorts) == []


def test_the_audit_is_only_added_to(store):
    """The database itself refuses to change or remove a note."""
    store.write(lambda c: audit.add_audit(c, "p", "signed in", "session", "2026-01-01T00:00:00.000Z"))
    for change in (update(schema.audit).values(act="nothing"), schema.audit.delete()):
        with pytest.raises(Exception, match=r"only added to|already"):
            store.write(lambda c, change=change: c.execute(change))
    assert [entry.act for entry in store.read(audit.audit)] == ["signed in"]


# Writing --------------------------------------------------------------------------------------


def blocked(store):
    """Keep the writer busy until the returned event is set, so that acts queue up behind."""
    gate, began = threading.Event(), threading.Event()

    def wait(_):
        began.set()
        assert gate.wait(10)

    store.submit(wait)
    assert began.wait(10)
    return gate


def count_commits(store):
    """Return a list that grows by one with each commit."""
    commits = []
    event.listen(store._writing, "commit", lambda _: commits.append(1))
    return commits


def test_acts_that_wait_share_a_commit(store):
    """A hundred acts that wait are one commit, and each gets what it returned."""
    gate, commits = blocked(store), count_commits(store)
    waiting = [store.submit(lambda c, n=n: members.add_person(c, username=f"p{n}").username) for n in range(100)]
    gate.set()
    assert [future.result(10) for future in waiting] == [f"p{n}" for n in range(100)]
    assert len(commits) == 2


def test_no_more_than_some_acts_share_a_commit(store):
    """The first of very many does not wait for the last."""
    gate, commits = blocked(store), count_commits(store)
    waiting = [store.submit(lambda _: None) for _ in range(TOGETHER + 1)]
    gate.set()
    for future in waiting:
        future.result(10)
    assert len(commits) == 3


def test_a_failing_act_harms_no_other(store):
    """An act that raises leaves nothing behind; those before and after it in the same commit stand."""

    def half(c):
        members.add_person(c, username="half")
        raise ValueError("no")

    gate = blocked(store)
    one = store.submit(lambda c: members.add_person(c, username="one"))
    bad = store.submit(half)
    twice = store.submit(lambda c: c.execute(insert(schema.person).values(**twin)))
    two = store.submit(lambda c: members.add_person(c, username="two"))
    twin = {"id": "x", "username": "one", "username_key": "one", "firstname": "", "lastname": "", "email": ""}
    twin |= {"locale": "", "time_zone": "", "operator": False, "created_at": ""}
    gate.set()
    assert one.result(10).username == "one"
    assert two.result(10).username == "two"
    with pytest.raises(ValueError, match="no"):
        bad.result(10)
    with pytest.raises(Conflict) as raised:
        twice.result(10)
    assert raised.value.code == "store.already_there"
    names = store.read(lambda c: set(c.execute(select(schema.person.c.username)).scalars()))
    assert names == {"one", "two"}


def test_a_result_is_there_only_after_the_commit(store):
    """Whoever gets a result can read it on any other connection; before the commit nobody can."""
    seen = []
    event.listen(store._writing, "commit", lambda _: seen.append((first.done(), store.read(count))))

    def count(c):
        return c.execute(select(func.count()).select_from(schema.person)).scalar()

    gate = blocked(store)
    first = store.submit(lambda c: members.add_person(c, username="one"))
    second = store.submit(lambda c: members.add_person(c, username="two"))
    gate.set()
    second.result(10)
    assert store.read(count) == 2
    assert seen == [(False, 0), (False, 0)]


def test_a_commit_that_fails_fails_all_its_acts(store):
    """Where the commit fails nobody is told that they were saved, and the next commit works."""

    def fail(_):
        if len(failed) < 1 and armed:
            failed.append(1)
            raise sqlite3.OperationalError("database or disk is full")

    failed, armed = [], []
    event.listen(store._writing, "commit", fail)
    gate = blocked(store)
    first = store.submit(lambda _: armed.append(1))
    acts = [store.submit(lambda c, n=n: members.add_person(c, username=f"p{n}")) for n in range(3)]
    gate.set()
    for future in [first, *acts]:
        with pytest.raises(StoreError) as raised:
            future.result(10)
        assert raised.value.code == "store.full"
    assert store.read(lambda c: members.person_by_username(c, "p0")) is None
    assert store.write(lambda c: members.add_person(c, username="p0")).username == "p0"


def test_a_full_disk_fails_whoever_shares_the_commit(sqlite_store):
    """Where SQLite runs out of room nothing half-written is called saved; with room again it goes on."""
    store = sqlite_store
    pages = store.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}").scalar())
    gate = blocked(store)
    small = store.submit(lambda c: members.add_person(c, username="small"))
    big = store.submit(lambda c: members.add_person(c, username="big", lastname="x" * 400_000))
    after = store.submit(lambda c: members.add_person(c, username="after"))
    gate.set()
    outcomes = {}
    for name, future in {"small": small, "big": big, "after": after}.items():
        error = future.exception(10)
        outcomes[name] = error is None
        assert error is None or (isinstance(error, StoreError) and error.code == "store.full")
    assert not outcomes["big"]
    for name, saved in outcomes.items():
        assert (store.read(lambda c, name=name: members.person_by_username(c, name)) is not None) is saved
    store.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000").scalar())
    store.write(lambda c: members.add_person(c, username="big2", lastname="x" * 400_000))


@pytest.mark.postgresql
def test_a_lost_line_fails_its_acts_and_the_next_ones_work(postgresql_place, postgresql):
    """Where PostgreSQL ends the connection, nobody is told that they were saved; the next act connects again."""
    import psycopg

    def cut(c):
        pid = c.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with psycopg.connect(postgresql, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        members.add_person(c, username="lost")

    with postgresql_place.open() as store:
        gate = blocked(store)
        before = store.submit(lambda c: members.add_person(c, username="before"))
        lost = store.submit(cut)
        after = store.submit(lambda c: members.add_person(c, username="after"))
        gate.set()
        for future in (before, lost, after):
            assert future.exception(10).code == "store.unreachable"
        assert store.read(lambda c: members.person_by_username(c, "before")) is None
        assert store.write(lambda c: members.add_person(c, username="before")).username == "before"


def test_closing_writes_what_waits(place):
    """Whatever was queued before the end is committed."""
    store = place.open()
    gate = blocked(store)
    waiting = [store.submit(lambda c, n=n: members.add_person(c, username=f"p{n}")) for n in range(5)]
    threading.Timer(0.1, gate.set).start()
    store.close()
    assert all(future.done() for future in waiting)
    with place.open() as again:
        assert again.read(lambda c: members.person_by_username(c, "p4")) is not None


def test_an_act_cannot_wait_for_another(store):
    """An act that writes through the store from within an act is told so, instead of waiting for ever."""
    with pytest.raises(RuntimeError, match="cannot wait"):
        store.write(lambda _: store.write(members.cohorts))


def test_the_event_loop_goes_on(store):
    """Reading and writing from asyncio hold nothing up."""

    async def scene():
        gate = blocked(store)
        writing = asyncio.ensure_future(store.awrite(lambda c: members.add_person(c, username="bea")))
        reading = await store.aread(lambda c: (time.sleep(0.05), members.cohorts(c))[1])
        still_waiting = not writing.done()
        gate.set()
        return reading, still_waiting, (await writing).username

    assert asyncio.run(scene()) == ([], True, "bea")


def test_an_act_nobody_waits_for_any_more_is_not_begun(store):
    """What was cancelled while it queued is left out; what had begun is finished."""

    async def scene():
        gate = blocked(store)
        writing = asyncio.ensure_future(store.awrite(lambda c: members.add_person(c, username="bea")))
        await asyncio.sleep(0)
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing
        gate.set()
        await store.awrite(members.cohorts)

    asyncio.run(scene())
    assert store.read(lambda c: members.person_by_username(c, "bea")) is None


def test_readers_go_on_while_somebody_writes(store):
    """A read sees the last commit, at once, while the writer is busy."""
    store.write(lambda c: members.add_person(c, username="bea"))
    gate = blocked(store)
    started = time.monotonic()
    assert store.read(lambda c: members.person_by_username(c, "bea")) is not None
    assert time.monotonic() - started < 5
    gate.set()


def test_a_read_sees_one_moment(store):
    """Two looks within one reading see the same, whatever is written in between."""

    def look(c):
        first = members.person_by_username(c, "bea")
        store.write(lambda w: members.add_person(w, username="bea"))
        return first, members.person_by_username(c, "bea")

    assert store.read(look) == (None, None)


def test_text_of_any_script_comes_back_as_it_was(store):
    """Names, emoji, right-to-left, quotes and things that look like SQL are text and nothing else."""
    texts = ["Conceição", "张伟", "نورا", "👩🏽‍🔧", "Robert'); DROP TABLE person;--", "a\nb\t\\", "\u2028"]
    book = store.write(
        lambda c: workbooks.practice_workbook(c, template="scope", template_hash="", locale="pt", title="Â")
    )
    for number, value in enumerate(texts, 1):
        store.write(
            lambda c, n=number, v=value: drafts.save(
                c, workbook=book.id, prompt=f"p{n}", person=book.owner, client="t", seq=n, base=0, value=v
            )
        )
    found = store.read(lambda c: drafts.drafts(c, book.id))
    assert [found[f"p{n}"].value for n in range(1, len(texts) + 1)] == texts


def test_nothing_is_left_open(tmp_path):
    """After the end no file of the store is open in this process."""
    from pathlib import Path

    def handles():
        links = Path("/proc/self/fd")
        if not links.is_dir():
            pytest.skip("this system does not list open files")
        return [link for link in links.iterdir() if FILE in str(link.resolve())]

    with open_store(tmp_path) as store:
        store.write(members.cohorts)
        store.read(members.cohorts)
        assert handles()
    assert handles() == []
    with contextlib.closing(create_engine(f"sqlite:///{tmp_path / FILE}").raw_connection()) as raw:
        assert raw.cursor().execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b"])
def test_what_cannot_be_stored_is_bad_input(place, bad):
    """Half a letter, and NUL in PostgreSQL, are refused as bad input, not as a fault of ours; nobody has such a name."""
    with place.open() as store:
        assert store.read(lambda c: members.person_by_username(c, bad)) is None
        for ask, act in (
            (store.read, lambda c: members.person(c, bad)),
            (store.write, lambda c: members.person(c, bad)),
        ):
            with pytest.raises(ActionlearnError) as raised:
                ask(act)
            assert raised.value.code in {"store.bad_text", "store.no_person"}


def test_an_emptied_store_beside_cohorts_is_refused(tmp_path):
    """Where the store was lost nothing is founded anew over it: whoever runs it is told how to get it back."""
    open_store(tmp_path).close()
    (tmp_path / "cohorts" / "autumn").mkdir(parents=True)
    (tmp_path / "cohorts" / "autumn" / "manifest.json").write_text("{}", "utf-8")
    open_store(tmp_path).close()
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    for content in (None, b""):
        if content is not None:
            (tmp_path / FILE).write_bytes(content)
        with pytest.raises(StoreError) as refused:
            open_store(tmp_path)
        assert refused.value.code == "store.emptied"


def test_a_store_that_cannot_be_written_is_told_from_one_that_can(tmp_path):
    """A disk without room answers reads as ever; a check that only reads would call it well."""
    with open_store(tmp_path) as store:
        asyncio.run(store.check_writable())
        size = (tmp_path / f"{FILE}-wal").stat().st_size
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            store._checked = -1.0
            with pytest.raises(StoreError):
                asyncio.run(store.check_writable())
            assert store.read(lambda c: c.exec_driver_sql("SELECT 1").scalar()) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        asyncio.run(store.check_writable())
