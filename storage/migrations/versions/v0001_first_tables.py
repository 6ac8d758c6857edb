"""The first tables."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.tables.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "initiative",
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.AutoString(), nullable=False),
        sa.Column("summary", sqlmodel.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.AutoString(), nullable=False),
        sa.Column("standing", sqlmodel.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.AutoString(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("carried_over", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "mark_sheet",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("marks", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("mark_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_sheet_occurrence"), ["occurrence"], unique=False)

    op.create_table(
        "occurrence",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("zone", sqlmodel.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ritual", "nominal"),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_at"), ["at"], unique=False)

    op.create_table(
        "pause",
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("since", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("ritual"),
    )
    op.create_table(
        "person",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.AutoString(), nullable=False),
        sa.Column("site", sqlmodel.AutoString(), nullable=True),
        sa.Column("roles", sqlmodel.AutoString(), nullable=False),
        sa.Column("ruled", sqlmodel.AutoString(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "post",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("to_type", sqlmodel.AutoString(), nullable=False),
        sa.Column("to", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("message", sqlmodel.AutoString(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("not_before", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("not_after", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("behind", sa.Boolean(), nullable=False),
        sa.Column("due_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("conversation", sqlmodel.AutoString(), nullable=True),
        sa.Column("reference", sqlmodel.AutoString(), nullable=True),
        sa.Column("shown_at", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.Column("first_shown_at", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.Column("attempted_at", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("why", sqlmodel.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.AutoString(), nullable=True),
        sa.Column("lease_until", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_owner"), ["owner"], unique=False)
        batch_op.create_index("post_due", ["behind", "due_at", "id"], unique=False)
        batch_op.create_index("post_expiring", ["behind", "not_after"], unique=False)

    op.create_table(
        "reveal",
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("occurrence"),
    )
    op.create_table(
        "room",
        sa.Column("platform", sqlmodel.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.AutoString(), nullable=False),
        sa.Column("conversation", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "room"),
    )
    op.create_table(
        "seal_key",
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "account",
        sa.Column("platform", sqlmodel.AutoString(), nullable=False),
        sa.Column("workspace", sqlmodel.AutoString(), nullable=False),
        sa.Column("user", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("platform", "workspace", "user"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person"), ["person"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.AutoString(), nullable=False),
        sa.Column("asks", sqlmodel.AutoString(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("majority", sqlmodel.AutoString(), nullable=False),
        sa.Column("quorum_numerator", sa.Integer(), nullable=False),
        sa.Column("quorum_denominator", sa.Integer(), nullable=False),
        sa.Column("opened_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("closes_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative"],
            ["initiative.key"],
        ),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_occurrence"), ["occurrence"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_state"), ["state"], unique=False)

    op.create_table(
        "point",
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative"],
            ["initiative.key"],
        ),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("occurrence", "initiative"),
    )
    op.create_table(
        "sealed_marks",
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("occurrence", "person", "initiative"),
    )
    op.create_table(
        "step",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("due_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("try_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("expires_at", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("done_at", storage.tables.columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_occurrence"), ["occurrence"], unique=False)
        batch_op.create_index("step_due", ["state", "try_at"], unique=False)

    op.create_table(
        "decision",
        sa.Column("ballot", sqlmodel.AutoString(), nullable=False),
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.AutoString(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("defer", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("from_stage", sqlmodel.AutoString(), nullable=False),
        sa.Column("to_stage", sqlmodel.AutoString(), nullable=False),
        sa.Column("decided_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot"],
            ["ballot.id"],
        ),
        sa.ForeignKeyConstraint(
            ["initiative"],
            ["initiative.key"],
        ),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("ballot"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_initiative"), ["initiative"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_occurrence"), ["occurrence"], unique=False)

    op.create_table(
        "vote",
        sa.Column("ballot", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("choice", sqlmodel.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.AutoString(), nullable=False),
        sa.Column("cast_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot"],
            ["ballot.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("ballot", "person"),
    )
    op.create_table(
        "voter",
        sa.Column("ballot", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot"],
            ["ballot.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("ballot", "person"),
    )
    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voter_person"), ["person"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voter_person"))

    op.drop_table("voter")
    op.drop_table("vote")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_occurrence"))
        batch_op.drop_index(batch_op.f("ix_decision_initiative"))

    op.drop_table("decision")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index("step_due")
        batch_op.drop_index(batch_op.f("ix_step_occurrence"))

    op.drop_table("step")
    op.drop_table("sealed_marks")
    op.drop_table("point")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_state"))
        batch_op.drop_index(batch_op.f("ix_ballot_occurrence"))

    op.drop_table("ballot")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person"))

    op.drop_table("account")
    op.drop_table("seal_key")
    op.drop_table("room")
    op.drop_table("reveal")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("post_expiring")
        batch_op.drop_index("post_due")
        batch_op.drop_index(batch_op.f("ix_post_owner"))

    op.drop_table("post")
    op.drop_table("person")
    op.drop_table("pause")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_at"))

    op.drop_table("occurrence")
    with op.batch_alter_table("mark_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_sheet_occurrence"))

    op.drop_table("mark_sheet")
    op.drop_table("initiative")
