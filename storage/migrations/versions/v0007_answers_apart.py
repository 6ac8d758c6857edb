"""Answers of closed waves a question each: nothing ties what somebody said to one to what they said to another."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _made(name: str, *said: sa.Column[str]) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wave", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        *said,
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """To this schema."""
    connection = op.get_bind()
    together = connection.execute(sa.text("SELECT wave, stratum, use, satisfaction, barriers FROM pulse_answer"))
    apart = [
        {"id": secrets.token_hex(16), "wave": row.wave, "stratum": row.stratum, "question": question, "codes": codes}
        for row in together.all()
        for question, codes in (("USE1", row.use), ("SAT1", row.satisfaction), ("BAR", row.barriers))
        if codes
    ]
    secrets.SystemRandom().shuffle(apart)
    op.drop_index("ix_pulse_answer_wave", "pulse_answer")
    op.drop_table("pulse_answer")
    made = _made(
        "pulse_answer",
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
    )
    op.create_index("ix_pulse_answer_wave", "pulse_answer", ["wave"])
    op.bulk_insert(made, apart)


def downgrade() -> None:
    """Back to the one before; only the first question's answers can follow: nobody knows what belonged to them."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text("SELECT id, wave, stratum, codes AS use, '' AS barriers FROM pulse_answer WHERE question = 'USE1'")
    )
    kept = [dict(row) for row in found.mappings()]
    op.drop_index("ix_pulse_answer_wave", "pulse_answer")
    op.drop_table("pulse_answer")
    made = _made(
        "pulse_answer",
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("satisfaction", sa.String(), nullable=True),
        sa.Column("barriers", sa.String(), nullable=False),
    )
    op.create_index("ix_pulse_answer_wave", "pulse_answer", ["wave"])
    op.bulk_insert(made, kept)
