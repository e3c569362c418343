"""Everything from people to audit. The keys are final."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from actionlearn.store.clock import now

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "cohort",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cohort"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("firstname", sa.Text(), nullable=False),
        sa.Column("lastname", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("username_key", name="uq_person_username_key"),
    )
    op.create_table(
        "store_info",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_store_info_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_store_info"),
    )
    op.create_table(
        "wrong_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_try"),
    )
    op.create_index("ix_wrong_try_key_at", "wrong_try", ["key", "at"])
    op.create_table(
        "code",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("spent_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_code_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_code"),
    )
    op.create_index("ix_code_person", "code", ["person"])
    op.create_table(
        "learning_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_learning_set_cohort"),
        sa.PrimaryKeyConstraint("id", name="pk_learning_set"),
        sa.UniqueConstraint("cohort", "name", name="uq_learning_set_cohort_name"),
    )
    op.create_table(
        "link",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("spent_at", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_link_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_link"),
    )
    op.create_index("ix_link_person", "link", ["person"])
    op.create_table(
        "membership",
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_membership_cohort"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_membership_person"),
        sa.PrimaryKeyConstraint("cohort", "person", "role", "set_id", name="pk_membership"),
    )
    op.create_index("ix_membership_person", "membership", ["person"])
    op.create_table(
        "session",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_session_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_table(
        "suggestion",
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_suggestion_cohort"),
        sa.PrimaryKeyConstraint("cohort", "position", name="pk_suggestion"),
    )
    op.create_table(
        "workbook",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_workbook_cohort"),
        sa.PrimaryKeyConstraint("id", name="pk_workbook"),
        sa.UniqueConstraint(
            "cohort", "owner", "about", "template", "number", name="uq_workbook_cohort_owner_about_template_number"
        ),
    )
    op.create_index("ix_workbook_owner", "workbook", ["owner"])
    op.create_table(
        "acknowledgement",
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("value_hash", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_acknowledgement_workbook"),
        sa.PrimaryKeyConstraint("workbook", "prompt", "client", name="pk_acknowledgement"),
    )
    op.create_index("ix_acknowledgement_at", "acknowledgement", ["at"])
    op.create_table(
        "audience",
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_audience_by"),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_audience_workbook"),
        sa.PrimaryKeyConstraint("workbook", "prompt", name="pk_audience"),
    )
    op.create_table(
        "draft",
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_draft_by"),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_draft_workbook"),
        sa.PrimaryKeyConstraint("workbook", "prompt", name="pk_draft"),
    )
    op.create_table(
        "notebook",
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("template_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("built", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_notebook_workbook"),
        sa.PrimaryKeyConstraint("workbook", "locale", name="pk_notebook"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_revision_by"),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_revision_workbook"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("workbook", "prompt", "number", name="uq_revision_workbook_prompt_number"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.Text(), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("audiences", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_submission_by"),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_submission_workbook"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("workbook", "number", name="uq_submission_workbook_number"),
    )
    op.create_table(
        "coach_answer",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("coach", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["coach"], ["person.id"], name="fk_coach_answer_coach"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_coach_answer_submission"),
        sa.PrimaryKeyConstraint("submission", "prompt", "coach", name="pk_coach_answer"),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_comment_by"),
        sa.ForeignKeyConstraint(["parent"], ["comment.id"], name="fk_comment_parent"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_comment_submission"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_submission", "comment", ["submission"])
    op.create_table(
        "review",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("notebook_path", sa.Text(), nullable=False),
        sa.Column("html_path", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("executed_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_review_submission"),
        sa.PrimaryKeyConstraint("submission", "reader", name="pk_review"),
    )
    op.create_table(
        "sign_off",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_sign_off_by"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_sign_off_submission"),
        sa.PrimaryKeyConstraint("submission", "by", name="pk_sign_off"),
    )
    op.create_table(
        "submission_item",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("said_at", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name="fk_submission_item_revision"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_submission_item_submission"),
        sa.PrimaryKeyConstraint("submission", "prompt", name="pk_submission_item"),
    )
    op.create_table(
        "comment_seen",
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["comment"], ["comment.id"], name="fk_comment_seen_comment"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_comment_seen_person"),
        sa.PrimaryKeyConstraint("comment", "person", name="pk_comment_seen"),
    )

    info = sa.table("store_info", sa.column("id"), sa.column("uuid"), sa.column("created_at"))
    op.execute(info.insert().values(id=1, uuid=str(uuid4()), created_at=now()))
    only_add_to_audit()


def only_add_to_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
