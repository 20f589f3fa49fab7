"""What judging remembers, and that remembering costs nothing until it is asked."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import text

from mailbot.storing.database import Database, open_database
from tests.storing.conftest import NOW
from tests.storing.mails import digest, item, keep, letter, settle


def test_a_file_is_remembered_by_its_bytes(database: Database) -> None:
    settle(database, keep(database), item("总结.docx", fingerprint="ab", text_key="cd"))
    with database.reading() as records:
        memory = records.memory()
        (filed,) = memory.filed[digest("总结.docx")]
        assert (filed.unit, filed.material, filed.mail, filed.fingerprint, filed.text_key) == ("jlu", "summary", 1, "ab", "cd")
        assert digest("other") not in memory.filed
        assert dict(memory.filed) == {digest("总结.docx"): (filed,)}
        assert len(memory.filed) == 1
        assert memory.filed.get(digest("总结.docx")) == (filed,)


def test_a_mail_settled_anew_remembers_only_what_came_before_it(database: Database) -> None:
    for name, minutes in (("later", 5), ("itself", 3), ("earlier", 1)):
        settle(database, keep(database, name, minutes=minutes), item(name))
    with database.reading() as records:
        assert set(records.memory(before=2).filed) == {digest("earlier")}
        assert digest("itself") not in records.memory(before=2).filed


def test_our_own_letters_are_known_by_their_message_id(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        records.queue(letter("<1@m>", mail_number=mail), NOW)
        records.queue(letter("<2@m>", unit_id=None), NOW)
        letters = records.memory().letters
        assert letters["<1@m>"] == ("jlu", "confirm", mail)
        assert letters["<2@m>"] == ("", "confirm", 0)
        assert "<3@m>" not in letters
        assert sorted(letters) == ["<1@m>", "<2@m>"]


def test_remembering_stays_cheap_with_a_hundred_thousand_filings(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/m.db")
    settle(database, keep(database), item("0.jpg"))
    counting = "WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 100000) INSERT INTO "
    with database.transaction() as records:
        columns = "mail_number, name, original_name, size, kind, materials, count, disposition, because, evidence, fingerprint, text_key"
        copied = f"item (id, position, path, sha256, {columns}) SELECT n, n, n, 'sha-' || n, {columns} FROM n, item WHERE id = 1"
        records.connection.execute(text(counting + copied))
        columns = "mail_number, unit_id, material, count, received_at, current"
        records.connection.execute(text(f"{counting} filing (item_id, {columns}) SELECT n, {columns} FROM n, filing WHERE id = 1"))
    start = time.process_time()
    with database.reading() as records:
        found = records.memory().filed["sha-77777"]
    spent = time.process_time() - start
    database.close()
    assert len(found) == 1
    assert spent < 0.05
