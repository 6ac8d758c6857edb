"""What delivery on several machines keeps: leases, alarms, refusals, redraws to come, frozen rules, the posts’ key."""

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
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _delivery() -> None:
    op.add_column("post", sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("post", sa.Column("windows", sa.String(), nullable=False, server_default=""))
    op.add_column("post", sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("post_due", "post")
    op.create_index("post_due", "post", ["behind", "bulk", "due_at", "id"])
    for table in ("account", "room"):
        op.add_column(table, sa.Column("refused", sa.String(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("room", sa.Column("channel", sa.String(), nullable=True, server_default=""))
    op.create_index("account_refused", "account", ["platform", "refused", "person"])


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
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def _rules() -> None:
    op.add_column("occurrence", sa.Column("rules", sa.String(), nullable=True))
    op.create_table(
        "sending_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("careful_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("sending_key")
    op.drop_column("occurrence", "rules")
    for table in ("alarm", "lease", "redraw"):
        op.drop_table(table)
    op.drop_index("account_refused", "account")
    op.drop_column("room", "channel")
    for table in ("room", "account"):
        op.drop_column(table, "refused_at")
        op.drop_column(table, "refused")
    op.drop_index("post_due", "post")
    op.create_index("post_due", "post", ["behind", "due_at", "id"])
    for column in ("closes_at", "windows", "bulk"):
        op.drop_column("post", column)
