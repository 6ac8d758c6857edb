"""What delivery on several machines keeps: leases, alarms, who cannot be reached; redraws to come; frozen rules."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    _replies()
    _delivery()
    _replicas()
    _rules()


def _replies() -> None:
    op.create_table(
        "redraw",
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("occurrence", "person", "subject"),
    )


def _delivery() -> None:
    op.add_column("post", sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("account", "room"):
        op.add_column(table, sa.Column("refused", sa.String(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))


def _replicas() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alarm",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _rules() -> None:
    op.add_column("occurrence", sa.Column("rules", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("occurrence", "rules")
    for table in ("alarm", "lease", "redraw"):
        op.drop_table(table)
    for table in ("room", "account"):
        op.drop_column(table, "refused_at")
        op.drop_column(table, "refused")
    op.drop_column("post", "bulk")
