"""Panels, waves, invitations and sealed replies."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.tables.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "invitation",
        sa.Column("wave", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("stratum", sqlmodel.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.AutoString(), nullable=False),
        sa.Column("site", sqlmodel.AutoString(), nullable=True),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("wave", "person"),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person"), ["person"], unique=False)

    op.create_table(
        "panelist",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("last_invited_on", sa.Date(), nullable=True),
        sa.Column("unanswered_in_a_row", sa.Integer(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "pulse_answer",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("wave", sqlmodel.AutoString(), nullable=False),
        sa.Column("stratum", sqlmodel.AutoString(), nullable=False),
        sa.Column("use", sqlmodel.AutoString(), nullable=False),
        sa.Column("satisfaction", sqlmodel.AutoString(), nullable=True),
        sa.Column("barriers", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pulse_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pulse_answer_wave"), ["wave"], unique=False)

    op.create_table(
        "pulse_comment",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("wave", sqlmodel.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pulse_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pulse_comment_wave"), ["wave"], unique=False)

    op.create_table(
        "pulse_cycle",
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("cycle", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ritual", "cycle"),
    )
    op.create_table(
        "pulse_place",
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("cycle", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("stratum", sqlmodel.AutoString(), nullable=False),
        sa.Column("panel", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ritual", "cycle", "person"),
    )
    op.create_table(
        "sealed_reply",
        sa.Column("wave", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("wave", "person"),
    )
    op.create_table(
        "wave_population",
        sa.Column("wave", sqlmodel.AutoString(), nullable=False),
        sa.Column("stratum", sqlmodel.AutoString(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("wave", "stratum"),
    )
    op.create_table(
        "wave",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("occurrence", sqlmodel.AutoString(), nullable=False),
        sa.Column("ritual", sqlmodel.AutoString(), nullable=False),
        sa.Column("initiative", sqlmodel.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closes_at", storage.tables.columns.Utc(timezone=True), nullable=False),
        sa.Column("barriers", sa.Boolean(), nullable=False),
        sa.Column("k_answers", sa.Integer(), nullable=False),
        sa.Column("k_comments", sa.Integer(), nullable=False),
        sa.Column("k_telemetry", sa.Integer(), nullable=False),
        sa.Column("k_invitations", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("departed", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wave_occurrence"), ["occurrence"], unique=False)
        batch_op.create_index("wave_closed", ["initiative", "closed_on"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_index("wave_closed")
        batch_op.drop_index(batch_op.f("ix_wave_occurrence"))

    op.drop_table("wave")
    op.drop_table("wave_population")
    op.drop_table("sealed_reply")
    op.drop_table("pulse_place")
    op.drop_table("pulse_cycle")
    with op.batch_alter_table("pulse_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pulse_comment_wave"))

    op.drop_table("pulse_comment")
    with op.batch_alter_table("pulse_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pulse_answer_wave"))

    op.drop_table("pulse_answer")
    op.drop_table("panelist")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person"))

    op.drop_table("invitation")
