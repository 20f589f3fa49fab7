"""The tables of the ledger, as SQLModel classes; rows are what happened, `rows.py` is how the rest of mailbot sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from mailbot.storing.columns import Key, Moment, Words

# Constraint names must be known: SQLite can only change a table by copying it, and alembic finds constraints by name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _words(*, null: bool = False, unique: bool = False, index: bool = False) -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(Words(), nullable=null, unique=unique, index=index))


def _key(*, unique: bool = False, index: bool = False) -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(Key(), nullable=False, unique=unique, index=index))


def _moment(*, null: bool = False, index: bool = False) -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(Moment(), nullable=null, index=index))


def _json(*, null: bool = False) -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=null))


def _big() -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(BigInteger(), nullable=False))


def _refers(target: str, *, null: bool = False, index: bool = True) -> Any:  # noqa: ANN401  # what a column holds is said where it is declared
    return Field(default=None, sa_column=Column(Integer, ForeignKey(target), nullable=null, index=index))


class Setting(SQLModel, table=True):
    """One remembered fact about this installation: identity, go_live, last_good_poll, stop_all …"""

    key: str = Field(sa_column=Column(Words(), primary_key=True))
    value: str = _words()


class Mail(SQLModel, table=True):
    """One kept mail; its number is the receipt number that staff and clerks say aloud."""

    __table_args__ = (
        Index("ix_mail_state_received_at_number", "state", "received_at", "number"),
        # The few mails that wait for a person, found without reading the many that do not. SQLite takes a partial index only when
        # its condition stands in the query word for word, and SQLAlchemy writes = 1 there.
        Index("ix_mail_open", "number", sqlite_where=text("needs_person = 1"), postgresql_where=text("needs_person")),
        # The sums of the reconciliation, without reading the mails.
        Index("ix_mail_state_parts", "state", "parts"),
    )
    number: int | None = Field(default=None, primary_key=True)
    sha256: str = _words(unique=True)
    message_id: str = _key(index=True)
    from_address: str = _words()
    from_name: str = _words()
    subject: str = _words()
    received_at: datetime = _moment()
    folder: str = _words()
    size: int = _big()
    origin: str = _words()
    answer: bool
    state: str = _words()
    attempts: int
    parts: int  # leaves that parsing found: reconciled with the item rows
    unit_id: str | None = _words(null=True, index=True)
    units: list[str] = _json()
    candidates: list[str] = _json()
    because: list[str] = _json()
    doubts: list[str] = _json()
    links: list[dict[str, Any]] = _json()
    evidence: list[dict[str, Any]] = _json()
    needs_person: bool
    automatic: str | None = _words(null=True)
    intent: str = _words()
    settled_at: datetime | None = _moment(null=True)
    kept_at: datetime = _moment()
    alias_of: int | None = _refers("mail.number", null=True)
    purged_at: datetime | None = _moment(null=True)  # its bytes and texts were removed; number, hash and filings stay


class Place(SQLModel, table=True):
    """One place on the server where a mail was seen: what is new is the server's places minus these."""

    __table_args__ = (UniqueConstraint("folder", "uidvalidity", "uid"), Index("ix_place_state_mail_number", "state", "mail_number"))
    id: int | None = Field(default=None, primary_key=True)
    folder: str = _key()
    uidvalidity: int = _big()
    uid: int = _big()
    mail_number: int | None = _refers("mail.number", null=True)
    state: str = _words()
    note: str = _words()
    seen_at: datetime = _moment()


class Item(SQLModel, table=True):
    """One leaf of a mail and what became of it."""

    __table_args__ = (UniqueConstraint("mail_number", "path"),)
    id: int | None = Field(default=None, primary_key=True)
    mail_number: int = _refers("mail.number", index=False)
    position: int
    path: str = _key()
    name: str = _words()
    original_name: str = _words()
    sha256: str = _words(index=True)
    size: int = _big()
    kind: str = _words()
    problem: str | None = _words(null=True)
    unit_id: str | None = _words(null=True, index=True)
    materials: list[str] = _json()
    count: int
    disposition: str = _words(index=True)
    stored_as: str | None = _words(null=True)
    because: str = _words()
    evidence: list[dict[str, Any]] = _json()
    fingerprint: str = _words()
    text_key: str = _words()


class Filing(SQLModel, table=True):
    """One item counted as one material of one unit."""

    id: int | None = Field(default=None, primary_key=True)
    mail_number: int = _refers("mail.number")
    item_id: int = _refers("item.id")
    unit_id: str = _words(index=True)
    material: str = _words()
    count: int
    received_at: datetime = _moment()
    current: bool
    replaced_by: int | None = _refers("filing.id", null=True)


class Letter(SQLModel, table=True):
    """One letter of the outbox, with the very bytes that go to the server."""

    __table_args__ = (
        Index("ix_letter_state_due_at", "state", "due_at"),
        # The last living letter of each of 5,000 units, found without reading 100,000 letters.
        Index("ix_letter_unit_id_state_number", "unit_id", "state", "number"),
        Index("ix_letter_bounced", "number", sqlite_where=text("bounced = 1"), postgresql_where=text("bounced")),
    )
    number: int | None = Field(default=None, primary_key=True)
    mail_number: int | None = _refers("mail.number", null=True)
    unit_id: str | None = _words(null=True, index=True)
    kind: str = _words()
    to_address: str = _key(index=True)
    subject: str = _words()
    text: str = _words()
    message: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    message_id: str = _key(unique=True)
    state: str = _words()
    due_at: datetime = _moment()
    attempts: int
    received: list[str] = _json()
    missing: list[str] = _json()
    late: bool
    last_reply: str = _words()
    created_at: datetime = _moment()
    claimed_at: datetime | None = _moment(null=True, index=True)
    finished_at: datetime | None = _moment(null=True)
    bounced: bool
    edited: bool  # a person has put it into other words
    noted: bool  # a person has taken note of how it ended


class Event(SQLModel, table=True):
    """One thing that happened; triggers forbid changing or deleting it."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _moment()
    actor: str = _words()
    what: str = _words()
    mail_number: int | None = Field(default=None, index=True)  # no foreign key: the record outlives what it speaks of
    unit_id: str | None = _words(null=True, index=True)
    letter_number: int | None = Field(default=None, index=True)
    detail: dict[str, Any] = _json()


class Decision(SQLModel, table=True):
    """What staff decided about a mail or one of its files; outranks every rule and survives replay."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _moment()
    actor: str = _words()
    mail_number: int = _refers("mail.number")
    path: str | None = Field(default=None, sa_column=Column(Key()))
    unit_id: str | None = _words(null=True)
    materials: list[str] | None = _json(null=True)
    disposition: str | None = _words(null=True)
    done: bool | None = None  # a person has seen to the mail: nothing more is to be done about it
    revoked_at: datetime | None = _moment(null=True)


class Knowledge(SQLModel, table=True):
    """Something learned: whose address, which name, which phrase; used only once confirmed."""

    __table_args__ = (Index("ix_knowledge_kind_key", "kind", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str = _words()
    key: str = _key()
    value: str = _words()
    source: str = _words()
    at: datetime = _moment()
    confirmed: bool
    revoked_at: datetime | None = _moment(null=True)


class Waiver(SQLModel, table=True):
    """A unit need not send a material (None = any), or may send it later."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: str = _words(index=True)
    material: str | None = _words(null=True)
    until: datetime | None = _moment(null=True)
    note: str = _words()
    actor: str = _words()
    at: datetime = _moment()
    revoked_at: datetime | None = _moment(null=True)


class Note(SQLModel, table=True):
    """What staff wrote down about a unit, or that they phoned."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: str = _words(index=True)
    phoned: bool
    text: str = _words()
    actor: str = _words()
    at: datetime = _moment()
    revoked_at: datetime | None = _moment(null=True)


class Person(SQLModel, table=True):
    """Somebody who may log in to the desk; never deleted, since what was done bears the name."""

    name: str = Field(sa_column=Column(Words(), primary_key=True))
    password: str = _words()  # argon2
    role: str = _words()
    disabled: bool
    at: datetime = _moment()
    last_login: datetime | None = _moment(null=True)


class Visit(SQLModel, table=True):
    """An open session, known by the hash of its token only."""

    token: str = Field(sa_column=Column(Words(), primary_key=True))
    name: str = _words(index=True)
    at: datetime = _moment()
    expires_at: datetime = _moment(index=True)


class Attempt(SQLModel, table=True):
    """A failed login, counted for the name and for the address it came from."""

    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = _key()
    at: datetime = _moment()


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


# The same tables for Core statements: an ORM session costs 9 to 45 times as much a mail (performance section 4).
setting = _table("setting")
mail = _table("mail")
place = _table("place")
item = _table("item")
filing = _table("filing")
letter = _table("letter")
event = _table("event")
decision = _table("decision")
knowledge = _table("knowledge")
waiver = _table("waiver")
note = _table("note")
person = _table("person")
visit = _table("visit")
attempt = _table("attempt")
metadata = SQLModel.metadata
