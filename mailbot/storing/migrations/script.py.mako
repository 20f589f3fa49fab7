"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from mailbot.storing.columns import Key, Moment, Words
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the tables one version forward."""
    ${upgrades if upgrades else "pass"}
