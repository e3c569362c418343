"""Whom words were given to, the person of a save, and what sponsors were told last.

What was shared and agreed before is taken to have been given to those who coach its owner and are in the owner's
set now: nothing says who they were then.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OWNERS = """
SELECT submission.id, submission.asked, workbook.cohort, workbook.owner_kind, workbook.owner, workbook.about
FROM submission JOIN workbook ON workbook.id = submission.workbook
"""
_GIVE = "UPDATE submission SET set_id = :set_id, coaches = :coaches, members = :members WHERE id = :id"

#: A client of somebody's own workbook is theirs; one of a set's is taken to be of whoever wrote the answer last.
_OWN = """
INSERT INTO acknowledgement (workbook, prompt, person, client, seq, value_hash, reply, at)
SELECT a.workbook, a.prompt, CASE WHEN w.owner_kind = 'person' THEN w.owner ELSE d."by" END,
       a.client, a.seq, a.value_hash, a.reply, a.at
FROM acknowledgement_before AS a JOIN workbook AS w ON w.id = a.workbook
LEFT JOIN draft AS d ON d.workbook = a.workbook AND d.prompt = a.prompt
WHERE w.owner_kind = 'person' OR d."by" IS NOT NULL
"""


def upgrade() -> None:
    for table, names in {"submission": ("set_id", "coaches", "members"), "agreement": ("coaches",)}.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    _fill()
    for table, names in {"submission": ("set_id", "coaches", "members"), "agreement": ("coaches",)}.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.alter_column(name, server_default=None)
    op.create_table(
        "consent",
        *map(_text, ("cohort", "owner", "reader", "by", "at")),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_consent_cohort"),
        sa.ForeignKeyConstraint(["reader"], ["person.id"], name="fk_consent_reader"),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_consent_by"),
        sa.PrimaryKeyConstraint("cohort", "owner", "reader", name="pk_consent"),
    )
    op.create_table(
        "sponsor_count",
        *map(_text, ("cohort", "template", "counts", "at")),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_sponsor_count_cohort"),
        sa.PrimaryKeyConstraint("cohort", "template", name="pk_sponsor_count"),
    )
    _bind_clients()


def _fill() -> None:
    bind = op.get_bind()
    coaches: dict[tuple[str, str], set[str]] = {}
    learners: dict[tuple[str, str], set[str]] = {}
    sets: dict[tuple[str, str], str] = {}
    for cohort, person, role, group in bind.execute(
        sa.text("SELECT cohort, person, role, set_id FROM membership ORDER BY set_id DESC")
    ):
        if role == "coach":
            coaches.setdefault((cohort, group), set()).add(person)
        if role == "learner" and group:
            learners.setdefault((cohort, group), set()).add(person)
            sets[cohort, person] = group

    def given(cohort: str, group: str) -> tuple[set[str], set[str]]:
        whole, own = coaches.get((cohort, ""), set()), coaches.get((cohort, group), set())
        return whole | own, learners.get((cohort, group), set())

    shared: list[dict[str, Any]] = []
    for id, asked, cohort, kind, owner, about in bind.execute(sa.text(_OWNERS)):
        group = owner if kind == "set" else sets.get((cohort, about or owner), "")
        by, members = given(cohort, group)
        lists = {"coaches": _list({asked} if asked else by), "members": _list(members)}
        shared.append({"id": id, "set_id": group, **lists})
    if shared:
        bind.execute(sa.text(_GIVE), shared)
    agreed = [
        {"id": id, "coaches": _list((given(cohort, sets.get((cohort, learner), ""))[0] | {by}) - {learner})}
        for id, cohort, learner, by in bind.execute(sa.text('SELECT id, cohort, learner, "by" FROM agreement'))
    ]
    if agreed:
        bind.execute(sa.text("UPDATE agreement SET coaches = :coaches WHERE id = :id"), agreed)


def _bind_clients() -> None:
    op.drop_index("ix_acknowledgement_at", "acknowledgement")
    op.rename_table("acknowledgement", "acknowledgement_before")
    if op.get_bind().dialect.name == "postgresql":
        for kind in ("pk", "fk"):
            old = f"{kind}_acknowledgement" + ("_workbook" if kind == "fk" else "")
            op.execute(f"ALTER TABLE acknowledgement_before RENAME CONSTRAINT {old} TO {old}_before")
    op.create_table(
        "acknowledgement",
        *map(_text, ("workbook", "prompt", "person", "client")),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        *map(_text, ("value_hash", "reply", "at")),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_acknowledgement_workbook"),
        sa.PrimaryKeyConstraint("workbook", "prompt", "person", "client", name="pk_acknowledgement"),
    )
    op.execute(_OWN)
    op.drop_table("acknowledgement_before")
    op.create_index("ix_acknowledgement_at", "acknowledgement", ["at"])


def _list(ids: set[str]) -> str:
    return json.dumps(sorted(ids), separators=(",", ":"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
