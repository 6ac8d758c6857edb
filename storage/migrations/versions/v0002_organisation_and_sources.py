"""The organisation, usage and the other sources."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.tables.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "file_import",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("file", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_table(
        "identity_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "usage_day",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("identity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("initiative", "on_day", "identity", "origin"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_fold",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("initiative"),
    )
    op.create_table(
        "usage_span",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("identity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("initiative", "identity"),
    )
    op.create_table(
        "usage_week",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("identity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("initiative", "monday", "identity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conversation_count",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("unengaged", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("implied", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Integer(), nullable=False),
        sa.Column("avoidable", sa.Integer(), nullable=False),
        sa.Column("contacted_again", sa.Integer(), nullable=False),
        sa.Column("resolved_and_contacted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("initiative", "on_day", "origin"),
    )
    op.create_table(
        "initiative_told",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.AutoString(), nullable=True),
        sa.Column("summary", sqlmodel.AutoString(), nullable=True),
        sa.Column("stage", sqlmodel.AutoString(), nullable=True),
        sa.Column("department", sqlmodel.AutoString(), nullable=True),
        sa.Column("owner", sqlmodel.AutoString(), nullable=True),
        sa.Column("sponsor", sqlmodel.AutoString(), nullable=True),
        sa.Column("bucket", sqlmodel.AutoString(), nullable=True),
        sa.Column("before", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("initiative", "origin"),
    )
    op.create_table(
        "merger",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("into", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["into"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person", "origin"),
    )
    op.create_table(
        "moved_account",
        sa.Column("platform", sqlmodel.AutoString(), nullable=False),
        sa.Column("workspace", sqlmodel.AutoString(), nullable=False),
        sa.Column("user", sqlmodel.AutoString(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("platform", "workspace", "user", "origin"),
    )
    op.create_table(
        "posting",
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=True),
        sa.Column("department", sqlmodel.AutoString(), nullable=False),
        sa.Column("site", sqlmodel.AutoString(), nullable=True),
        sa.Column("manager", sqlmodel.AutoString(), nullable=True),
        sa.Column("access", sqlmodel.AutoString(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("employee", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employee"],
            ["identity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["identity"],
            ["identity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("identity", "valid_from", "origin"),
    )
    op.create_table(
        "reading",
        sa.Column("kpi", sqlmodel.AutoString(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("value", sqlmodel.AutoString(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("kpi", "on_day", "origin"),
    )
    op.create_table(
        "saving",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("amount", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("initiative", "on_day", "origin"),
    )
    op.create_table(
        "target",
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("department", sqlmodel.AutoString(), nullable=False),
        sa.Column("site", sqlmodel.AutoString(), nullable=False),
        sa.Column("rollout_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.PrimaryKeyConstraint("initiative", "origin", "department", "site"),
    )
    op.create_table(
        "tie",
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity"],
            ["identity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["origin"],
            ["file_import.number"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("identity", "origin"),
    )
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tie_person"), ["person"], unique=False)
    # Outside a batch, which would make a table anew that others refer to.
    op.add_column("person", sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("origin", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("person", "origin")
    op.drop_column("person", "gone")
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tie_person"))

    op.drop_table("tie")
    op.drop_table("target")
    op.drop_table("saving")
    op.drop_table("reading")
    op.drop_table("posting")
    op.drop_table("moved_account")
    op.drop_table("merger")
    op.drop_table("initiative_told")
    op.drop_table("conversation_count")
    op.drop_table("usage_week")
    op.drop_table("usage_span")
    op.drop_table("usage_fold")
    op.drop_table("usage_day")
    op.drop_table("identity_key")
    op.drop_table("identity")
    op.drop_table("file_import")
