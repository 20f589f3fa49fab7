"""Puts the tables of a PostgreSQL ledger aside, as a SQLite file is renamed: nothing is deleted, and the next start makes new ones."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from mailbot.storing.engine import WRITE, build_engine
from mailbot.storing.failures import translated
from mailbot.storing.tables import metadata

_VERSION = "alembic_version"
_GUARD = "refuse_changing_events"
"""The function behind the trigger of the events; it goes with them, since a new ledger makes its own."""


def put_tables_aside(url: str, schema: str) -> bool:
    """Move all our tables into a new `schema` of the same database, in one transaction; False when there are none.

    Whatever else lies in the database stays where it is. Raises TryLater or ConfigError when the database does not work.
    """
    engine = build_engine(url)
    try:
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            return _move(connection, schema)
    except DBAPIError as error:
        reason = translated(error)
        raise reason from (None if reason is error else error)
    finally:
        engine.dispose()


def _move(connection: Connection, schema: str) -> bool:
    quoted = connection.dialect.identifier_preparer.quote
    ours = [name for name in inspect(connection).get_table_names() if name in metadata.tables or name == _VERSION]
    if not ours:
        return False
    connection.execute(text(f"CREATE SCHEMA {quoted(schema)}"))
    for name in ours:
        connection.execute(text(f"ALTER TABLE {quoted(name)} SET SCHEMA {quoted(schema)}"))
    if connection.scalar(text(f"SELECT to_regprocedure('{_GUARD}()')")) is not None:
        connection.execute(text(f"ALTER FUNCTION {_GUARD}() SET SCHEMA {quoted(schema)}"))
    return True
