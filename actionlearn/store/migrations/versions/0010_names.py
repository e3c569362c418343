"""Plain names: tables and columns say what is in them.

A table with a new name is made and filled from the old one, so that its keys and indexes have the names of the
convention in both databases. Nothing refers to any of these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Table -> old column -> new column.
_COLUMNS = {
    "workbook": {"touched_at": "started_at"},
    "notebook": {"built": "build_hash"},
    "submission_item": {"said_at": "answered_at"},
    "agreement": {"kept_at": "fulfilled_at"},
    "posting": {"first_at": "first_answered_at"},
    "statement": {"thing": "object"},
}

#: Old table -> new table.
_TABLES = {
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

#: New table -> new column -> old column, where the two differ.
_FROM = {
    "notification_state": {
        "disabled": "off",
        "notified_on": "told_on",
        "notified_at": "told_at",
        "dismissed_at": "closed_at",
    },
    "retention_notice": {"notified_at": "told_at"},
}

_STARTED = sa.text("started_at IS NOT NULL")


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        for old, new in columns.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN {old} TO "{new}"')
    op.drop_index("ix_workbook_begun", "workbook")
    op.create_index(
        "ix_workbook_started",
        "workbook",
        ["cohort", "owner", "about"],
        sqlite_where=_STARTED,
        postgresql_where=_STARTED,
    )
    made = [*_reviews(), *_outbound(), *_upkeep()]
    for old, new in _TABLES.items():
        _move(old, next(table for table in made if table.name == new))
        op.drop_table(old)
    _indexes()
    _name_check()


def _move(old: str, table: sa.Table) -> None:
    """Copy the rows of a table; a number that the database counts is counted anew."""
    renamed = _FROM.get(table.name, {})
    names = [column.name for column in table.columns if not isinstance(column.type, sa.BigInteger)]
    source = sa.table(old, *(sa.column(renamed.get(name, name)) for name in names))
    op.execute(table.insert().from_select(names, sa.select(*source.columns)))


def _indexes() -> None:
    for name in ("learner", "reader", "revision"):
        op.create_index(f"ix_release_{name}", "release", [name])
    op.create_index("ix_build_failure_cohort", "build_failure", ["cohort"])
    op.create_index("ix_failed_attempt_key_at", "failed_attempt", ["key", "at"])


def _name_check() -> None:
    """The first migration named this one twice: ``ck_store_info_ck_store_info_one_row``."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE store_info RENAME CONSTRAINT ck_store_info_ck_store_info_one_row TO ck_store_info_one_row"
        )
        return
    op.rename_table("store_info", "store_info_before")
    op.create_table(
        "store_info",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *map(_text, ("uuid", "created_at")),
        sa.CheckConstraint("id = 1", name=op.f("ck_store_info_one_row")),
        _key("store_info", "id"),
    )
    op.execute("INSERT INTO store_info SELECT id, uuid, created_at FROM store_info_before")
    op.drop_table("store_info_before")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=True)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def _to(table: str, name: str, to: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to or name}.id"], name=f"fk_{table}_{name}")


def _reviews() -> list[sa.Table]:
    return [
        op.create_table(
            "comment_view",
            *map(_text, ("comment", "person", "at")),
            _to("comment_view", "comment"),
            _to("comment_view", "person"),
            _key("comment_view", "comment", "person"),
        ),
        op.create_table(
            "review_opening",
            *map(_text, ("submission", "person", "at")),
            _to("review_opening", "submission"),
            _to("review_opening", "person"),
            _key("review_opening", "submission", "person"),
        ),
        op.create_table(
            "comment_draft",
            *map(_text, ("person", "submission", "place", "body", "saved_at")),
            _to("comment_draft", "person"),
            _to("comment_draft", "submission"),
            _key("comment_draft", "person", "submission", "place"),
        ),
    ]


def _outbound() -> list[sa.Table]:
    return [
        op.create_table(
            "release",
            *map(_text, ("id", "cohort", "learner", "workbook", "prompt", "path", "revision")),
            *map(_number, ("begins", "ends")),
            *map(_text, ("reader", "released_at")),
            *(_to("release", name) for name in ("cohort", "workbook", "revision")),
            *(_to("release", name, "person") for name in ("learner", "reader")),
            _key("release", "id"),
        ),
        op.create_table("statement_progress", _text("name"), _text("at"), _key("statement_progress", "name")),
    ]


def _upkeep() -> list[sa.Table]:
    return [
        op.create_table(
            "notification_state",
            *map(_text, ("person", "disabled", "quiet_from", "quiet_to", "notified_on")),
            *map(_maybe, ("notified_at", "facts", "mailed_at", "dismissed_at")),
            _to("notification_state", "person"),
            _key("notification_state", "person"),
        ),
        op.create_table("backup_log", *map(_text, ("id", "name", "at")), _key("backup_log", "id")),
        op.create_table(
            "retention_notice",
            *map(_text, ("cohort", "notified_at", "ends_on")),
            _to("retention_notice", "cohort"),
            _key("retention_notice", "cohort"),
        ),
        op.create_table(
            "build_failure",
            *map(_text, ("id", "cohort")),
            _maybe("person"),
            *map(_text, ("set_id", "template", "code", "values", "at")),
            _to("build_failure", "cohort"),
            _to("build_failure", "person"),
            _key("build_failure", "id"),
        ),
        op.create_table(
            "failed_attempt",
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
            *map(_text, ("key", "at")),
            _key("failed_attempt", "id"),
        ),
    ]
