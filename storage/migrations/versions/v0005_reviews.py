"""KPI readings, boards of reviews and actions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "given_reading",
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("kpi", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["occurrence"], ["occurrence.id"]),
        sa.PrimaryKeyConstraint("occurrence", "kpi"),
    )
    op.create_index(op.f("ix_given_reading_kpi"), "given_reading", ["kpi"])
    op.create_table(
        "kpi_status",
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("kpi", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["occurrence"], ["occurrence.id"]),
        sa.PrimaryKeyConstraint("occurrence", "kpi"),
    )
    op.create_index(op.f("ix_kpi_status_kpi"), "kpi_status", ["kpi"])
    op.create_table(
        "action",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("kpi", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("missed_due", sa.Date(), nullable=True),
        sa.Column("reached", sa.String(), nullable=False),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["occurrence"], ["occurrence.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_action_kpi"), "action", ["kpi"])
    op.create_index(op.f("ix_action_state"), "action", ["state"])
    op.create_table(
        "telling",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action"], ["action.id"]),
        sa.PrimaryKeyConstraint("person", "on", "action"),
    )
    op.create_index(op.f("ix_telling_action"), "telling", ["action"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("telling")
    op.drop_table("action")
    op.drop_table("kpi_status")
    op.drop_table("given_reading")
