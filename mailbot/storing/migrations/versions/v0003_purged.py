"""A mail whose personal data was removed after its time says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the moment of the removal."""
    op.add_column("mail", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
