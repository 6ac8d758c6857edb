"""The words of posts apart, so that delivery writes short rows; leases are found without the rows that have none."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.create_table(
        "words",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["post.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post"),
    )
    op.execute("INSERT INTO words (post, message) SELECT id, message FROM post")
    op.drop_column("post", "message")
    op.drop_index("ix_post_owner", "post")
    claimed = sa.text("owner IS NOT NULL")
    op.create_index("post_claimed", "post", ["owner"], sqlite_where=claimed, postgresql_where=claimed)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("post_claimed", "post")
    op.create_index("ix_post_owner", "post", ["owner"])
    op.add_column("post", sa.Column("message", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE post SET message = (SELECT message FROM words WHERE words.post = post.id)")
    op.drop_table("words")
