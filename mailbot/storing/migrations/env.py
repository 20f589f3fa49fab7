"""What alembic runs for every migration: our connection, our tables, and batch mode, since SQLite cannot alter a table in place."""

from __future__ import annotations

from alembic import context

from mailbot.storing.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
