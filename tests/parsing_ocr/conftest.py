"""Three scanned pages (drawn once, printed type, a little askew, a red seal), and mails that bring them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.deciding.judge import judge
from mailbot.demo.makers import scanned_pdf
from mailbot.loading.rules import load_rules
from mailbot.model import Facts, Judgement, Memory
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from mailbot.parsing.scans import installed
from mailbot.rulebook import Rulebook

FIXTURES = Path(__file__).parent / "fixtures"
ARRIVED = datetime(2022, 12, 26, 9, 0, tzinfo=UTC)

Read = Callable[..., tuple[Facts, Judgement]]


def page(name: str) -> bytes:
    """summary (letterhead, 落款), case, sign_in: a JPEG."""
    return (FIXTURES / f"{name}.jpg").read_bytes()


def scan(name: str) -> bytes:
    """The same as a PDF without text layer."""
    return scanned_pdf([page(name)])


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rules(Path(__file__).parents[2] / "rules")


@pytest.fixture(scope="session")
def ocr() -> None:
    """Skips the test where the extra is not installed."""
    if not installed():
        pytest.skip("the extra ocr is not installed")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits()) as one:
        yield one


@pytest.fixture
def read(sandbox: Sandbox, rulebook: Rulebook, tmp_path: Path) -> Read:
    """A mail with the given files, from 长春工业大学 unless told otherwise, read and judged."""

    def arrive(files: dict[str, bytes], sender: str = "jxjy@ccut.edu.cn", subject: str = "报送材料") -> tuple[Facts, Judgement]:
        raw, work = tmp_path / "mail.eml", tmp_path / "work"
        raw.write_bytes(mail(files, sender, subject))
        work.mkdir()
        facts = gather(raw, work, sandbox, Limits())
        return facts, judge(facts, rulebook, Memory(), ARRIVED)

    return arrive


def mail(files: dict[str, bytes], sender: str, subject: str) -> bytes:
    """The bytes of a mail with these attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "jlqmxx@126.com", subject
    message["Message-ID"] = "<1@example.com>"
    message.set_content("老师您好，材料见附件，请查收。")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
