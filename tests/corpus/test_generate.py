"""The corpus itself: large, varied, the same every time, and its expectations fit its mails."""

import email
from email.policy import default

import pytest

from . import banks, pieces, plots
from .building import Corpus, Mail, at
from .figures import wilson
from .generate import corpus


@pytest.fixture(scope="module")
def mails() -> tuple[Mail, ...]:
    return corpus()


@pytest.mark.timeout(600)
def test_it_is_large_enough(mails: tuple[Mail, ...]) -> None:
    files = [want for mail in mails for want in mail.files if want.path != "(body)"]
    assert (len(mails) >= 220, len(files) >= 600) == (True, True)
    assert len({mail.unit for mail in mails if mail.unit}) >= 81


def test_both_parts_are_large(mails: tuple[Mail, ...]) -> None:
    looked = sum(mail.part == "look" for mail in mails)
    assert 0.35 < looked / len(mails) < 0.65


def test_a_unit_s_whole_story_lies_in_one_part(mails: tuple[Mail, ...]) -> None:
    parts: dict[str, set[str]] = {}
    for mail in mails:
        parts.setdefault(mail.unit or mail.id, set()).add(mail.part)
    assert all(len(found) == 1 for found in parts.values())


def test_mails_come_in_order_and_no_two_are_alike(mails: tuple[Mail, ...]) -> None:
    assert [mail.number for mail in mails] == list(range(1, len(mails) + 1))
    assert sorted(mails, key=lambda mail: mail.received_at) == list(mails)
    assert len({mail.raw for mail in mails}) == len(mails)


def test_every_mail_is_a_message_and_no_path_is_wanted_twice(mails: tuple[Mail, ...]) -> None:
    for mail in mails:
        assert email.message_from_bytes(mail.raw, policy=default)["Message-ID"]
        assert len({want.path for want in mail.files}) == len(mail.files)


def test_texts_are_varied() -> None:
    assert len(banks.ACTIVITIES) >= 60
    assert len(banks.SLOGANS) >= 40
    assert len(banks.BASIS) * len(banks.ACTION) * len(banks.CLOSE) >= 30


def test_the_same_seed_gives_the_same_mails_and_another_seed_others() -> None:
    def built(seed: int) -> list[bytes]:
        c = Corpus(seed)
        for plot in (plots.three_files, plots.in_parts, plots.illustrated):
            plot(c, "ccut", at(12, 1))
        return [mail.raw for mail in c.finished()]

    assert built(1) == built(1) != built(2)


def test_expectations_are_plain_json_values(mails: tuple[Mail, ...]) -> None:
    import json

    for mail in mails[:20]:
        assert json.loads(json.dumps(mail.expectation()))["line"] == mail.line


def test_wilson_intervals_hold_the_share_and_shrink_with_more() -> None:
    low, high = wilson(98, 100)
    assert low < 0.98 < high
    assert wilson(980, 1000)[0] > low
    assert wilson(0, 0) == (0.0, 1.0)


def test_hand_made_archives_open() -> None:
    import io
    import zipfile

    locked = zipfile.ZipFile(io.BytesIO(pieces.locked_zip([("a.txt", b"text")], "1234")))
    assert locked.read("a.txt", pwd=b"1234") == b"text"
    assert pieces.rar([("a.txt", b"text")]).startswith(b"Rar!\x1a\x07\x01\x00")
    assert pieces.seven_zip([("照片/a.txt", b"text")]) == pieces.seven_zip([("照片/a.txt", b"text")])
