"""Readers' wishes about the digest, what they were told, and who objected to being counted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "letter_wish",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("at", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "letter_told",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"]),
        sa.PrimaryKeyConstraint("digest", "person"),
    )
    op.create_table(
        "objection",
        sa.Column("identity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("objector", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["identity"], ["identity.id"]),
        sa.PrimaryKeyConstraint("identity"),
    )
    op.create_index(op.f("ix_objection_objector"), "objection", ["objector"])


def downgrade() -> None:
    """Back to the one before."""
    for table in ("objection", "letter_told", "letter_wish"):
        op.drop_table(table)
