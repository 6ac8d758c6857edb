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
    _listed()
    _platforms()


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
    op.add_column("post", sa.Column("platform", sa.String(), nullable=False, server_default="slack"))
    op.drop_index("post_due", "post")
    op.create_index("post_due", "post", ["behind", "bulk", "platform", "due_at", "id"])
    # Not of the very many: nobody asks which of those stands where.
    few, not_bulk = sa.text("bulk = 0"), sa.text("NOT bulk")
    op.create_index("post_standing", "post", ["reference"], sqlite_where=few, postgresql_where=not_bulk)
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


def _listed() -> None:
    op.create_table(
        "listed",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
    # Since when an occurrence is planned as it is: a step that was too late by then was never missed.
    op.add_column("occurrence", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))


def _platforms() -> None:
    op.add_column("person", sa.Column("voice", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("voice_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE person SET voice = 'slack' WHERE id IN (SELECT person FROM account)")  # there was no other
    op.create_table(
        "reference",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "id"),
    )
    op.create_table(
        "directory",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace"),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("occurrence", "planned_at")
    op.drop_table("directory")
    op.drop_table("reference")
    op.drop_column("person", "voice_chosen")
    op.drop_column("person", "voice")
    op.drop_table("listed")
    op.drop_table("sending_key")
    op.drop_column("occurrence", "rules")
    for table in ("alarm", "lease", "redraw"):
        op.drop_table(table)
    op.drop_index("account_refused", "account")
    op.drop_column("room", "channel")
    for table in ("room", "account"):
        op.drop_column(table, "refused_at")
        op.drop_column(table, "refused")
    op.drop_index("post_standing", "post")
    op.drop_index("post_due", "post")
    op.create_index("post_due", "post", ["behind", "due_at", "id"])
    for column in ("closes_at", "windows", "bulk", "platform"):
        op.drop_column("post", column)
