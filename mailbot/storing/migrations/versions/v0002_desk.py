"""What the staff desk needs: notes, people who log in, a mail that a person has seen to, a letter in other words, and its indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add to the tables; nothing that stands is changed."""
    op.add_column("decision", sa.Column("done", sa.Boolean(), nullable=True))
    op.add_column("mail", sa.Column("evidence", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("letter", sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("letter", sa.Column("noted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_event_letter_number", "event", ["letter_number"])
    op.create_index("ix_item_unit_id", "item", ["unit_id"])
    op.create_index("ix_letter_unit_id_state_number", "letter", ["unit_id", "state", "number"])
    op.create_index("ix_letter_bounced", "letter", ["number"], sqlite_where=sa.text("bounced = 1"), postgresql_where=sa.text("bounced"))
    op.create_index("ix_mail_state_parts", "mail", ["state", "parts"])
    op.create_index("ix_place_state_mail_number", "place", ["state", "mail_number"])
    # SQLite never used the first one: its condition was not word for word that of the queries.
    op.drop_index("ix_mail_open", "mail")
    op.create_index("ix_mail_open", "mail", ["number"], sqlite_where=sa.text("needs_person = 1"), postgresql_where=sa.text("needs_person"))
    _note()
    _people()


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("phoned", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_unit_id", "note", ["unit_id"])


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_person"),
    )
    op.create_table(
        "visit",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_visit"),
    )
    op.create_index("ix_visit_name", "visit", ["name"])
    op.create_index("ix_visit_expires_at", "visit", ["expires_at"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"])
