"""The weekly figures."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.AutoString(), nullable=False)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "figure",
        _text("initiative"),
        _text("metric"),
        _text("department"),
        _day("sunday"),
        sa.Column("is_suppressed", sa.Boolean(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        _text("population"),
        sa.Column("revised", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("initiative", "metric", "department", "sunday"),
    )
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_sunday"), ["sunday"], unique=False)

    op.create_table(
        "figure_alert",
        _text("initiative"),
        _text("metric"),
        sa.Column("worst", sa.Integer(), nullable=True),
        sa.Column("past", sa.Integer(), nullable=False),
        sa.Column("better", sa.Integer(), nullable=False),
        _day("week", nullable=True),
        _day("posted", nullable=True),
        sa.PrimaryKeyConstraint("initiative", "metric"),
    )
    op.create_table(
        "figure_card",
        _text("room"),
        _text("ritual"),
        _text("initiative"),
        _day("sunday"),
        _day("shown_on"),
        sa.Column("arrow", sqlmodel.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("room", "ritual", "initiative"),
    )
    op.create_table(
        "figure_caveat",
        _day("sunday"),
        _text("initiative"),
        _text("kind"),
        _text("metric"),
        sa.Column("figure", sa.Text(), nullable=True),
        _day("on", nullable=True),
        sa.PrimaryKeyConstraint("sunday", "initiative", "kind", "metric"),
    )
    op.create_table(
        "figure_change",
        _day("sunday"),
        _text("initiative"),
        _text("metric"),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        _text("direction"),
        sa.PrimaryKeyConstraint("sunday", "initiative", "metric"),
    )
    op.create_table(
        "figure_count",
        _day("sunday"),
        _text("metric"),
        _text("initiative"),
        _text("department"),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sunday", "metric", "initiative", "department"),
    )
    op.create_table(
        "figure_event",
        _day("sunday"),
        _text("initiative"),
        _text("metric"),
        _text("event"),
        sa.PrimaryKeyConstraint("sunday", "initiative", "metric"),
    )
    op.create_table(
        "figure_member",
        _text("initiative"),
        _text("metric"),
        _text("department"),
        _text("person"),
        sa.PrimaryKeyConstraint("initiative", "metric", "department", "person"),
    )
    with op.batch_alter_table("figure_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_member_person"), ["person"], unique=False)

    op.create_table(
        "figure_release",
        _text("initiative"),
        _text("metric"),
        _text("department"),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("initiative", "metric", "department"),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("figure_release")
    with op.batch_alter_table("figure_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_member_person"))
    op.drop_table("figure_member")
    op.drop_table("figure_event")
    op.drop_table("figure_count")
    op.drop_table("figure_change")
    op.drop_table("figure_caveat")
    op.drop_table("figure_card")
    op.drop_table("figure_alert")
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_sunday"))
    op.drop_table("figure")
