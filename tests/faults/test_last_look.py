"""The last look before a notice leaves: what has become doubtful or untrue since it was written is not said, whoever looked before."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot import pipeline, settling
from mailbot.demo.samples import samples
from mailbot.mailfiles import MailFile
from mailbot.mailing.post import Outcome, Posted
from mailbot.model import LetterKind, LetterState
from mailbot.storing.rows import NewLetter
from tests.faults.house import House

LACKING = next(sample for sample in samples() if sample.title == "缺典型案例")
CASE = "长春师范大学典型案例.docx"


class Noting:
    """A post office that takes everything."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: bytes, to: str) -> Posted:
        self.sent.append(to)
        return Posted(outcome=Outcome.SENT, code=250, reply="", sentence="", wait_seconds=0)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "office")


def put(house: House, name: str, raw: bytes) -> None:
    file = house.home.parent / f"{name}.eml"
    file.write_bytes(raw)
    pipeline.ingest(house.app, MailFile(file, house.clock()), None, answer=name == "lacking")
    settling.settle(house.app, lambda: False)  # without the look that takes waiting notices back


def said_by(house: House) -> list[str]:
    """To whom letters leave an hour later."""
    house.clock.at += timedelta(hours=1)
    office = Noting()
    pipeline.send(house.app, office, lambda: False)
    return office.sent


def case(content: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "another@163.com", "jsjyktg@126.com", "长春师范大学典型活动案例"
    mail.set_content("您好，案例见附件。\n长春师范大学团委")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=CASE)
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("later", "sent", "because"),
    [
        (None, 1, ""),
        (case(b"PK\x03\x04 broken"), 0, "有材料正在核对，缺件通知不发"),
    ],
    ids=["nothing came", "a locked case came"],
)
def test_a_notice_that_became_doubtful_while_it_waited_is_not_sent(house: House, later: bytes | None, sent: int, because: str) -> None:
    with house:
        put(house, "lacking", LACKING.raw)
        if later is not None:
            put(house, "later", later)
        assert len(said_by(house)) == sent
        if because:
            (letter,) = house.letters()
            with house.app.database.reading() as records:
                (row,) = records.letters(state=LetterState.SUPERSEDED)
            assert (letter["kind"], letter["state"], row.last_reply) == ("missing", "superseded", because)


def test_a_notice_whose_item_came_while_it_waited_is_not_sent(house: House) -> None:
    with house:
        put(house, "lacking", LACKING.raw)
        with house.app.database.transaction() as records:
            records.waive("ccsfu", "case", None, "", "张老师", house.clock())
        assert said_by(house) == []


def queued(house: House, number: int, to: str, unit: str | None) -> None:
    with house.app.database.transaction() as records:
        records.queue(
            NewLetter(
                kind=LetterKind.ACK,
                to_address=to,
                subject="收到",
                text="收到",
                message=b"Subject: x\r\n\r\nx\r\n",
                message_id=f"<{number}@here>",
                due_at=house.clock(),
                mail_number=1,
                unit_id=unit,
            ),
            house.clock(),
        )


@pytest.mark.parametrize(
    ("to", "unit", "sent"),
    [("a@b.cn", None, 3), ("clerk{number}@b.cn", "ccsfu", 6), ("clerk{number}@b.cn", None, 9)],
    ids=["one address", "one unit", "nine addresses"],
)
def test_no_more_leave_in_a_day_than_an_address_and_a_unit_may_get(house: House, to: str, unit: str | None, sent: int) -> None:
    with house:
        put(house, "other", LACKING.raw)
        office = Noting()
        for number in range(9):
            queued(house, number, to.format(number=number), unit)
            pipeline.send(house.app, office, lambda: False)
        assert len(office.sent) == sent
        assert [letter["state"] for letter in house.letters()].count("silenced") == 9 - sent
