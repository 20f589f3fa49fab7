"""The same thing again and again: copies, corrections, one mail by two roads; counted once, answered within bounds."""

from __future__ import annotations

from mailbot.demo import pictures
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import UNIT, attachment, draft, letter

PHOTO = pictures.photo(5, 800, 600)


SENT = letter(700, attachment(f"{UNIT}工作总结.docx", draft(0)))
CORRECTED = letter(
    701,
    attachment(f"{UNIT}工作总结.docx", draft(1)),
    sender=b"clerk700@beihua.edu.cn",
    text=f"老师您好，总结有误，已更正，请以此件为准。\n\n{UNIT}继续教育学院",
)
LOOPING = {
    f"round {number}": letter(720 + number, sender=b"robot@beihua.edu.cn", text=f"来信收悉，第{number}次。请查收附件。")
    for number in range(30)
}


def mails() -> dict[str, bytes]:
    copies = {f"copy {number}": SENT for number in range(50)}
    routes = {f"route {number}": b"Received: from mx%d\r\n" % number + SENT for number in range(5)}
    photos = {"five names": letter(702, *[attachment(f"照片{number}.jpg", PHOTO) for number in range(5)])}
    return copies | routes | {"corrected": CORRECTED} | photos | LOOPING


class TestAlways(Always):
    """The whole heap."""


def test_fifty_copies_are_one_mail(trial: Trial) -> None:
    assert sum(row["sha256"] == trial.hash_of("copy 0") for row in trial.rows) == 1


def test_the_same_letter_by_five_routes_is_answered_once(trial: Trial) -> None:
    letters = [letter for name in ("copy 0", *(f"route {number}" for number in range(5))) for letter in trial.row(name)["letters"]]
    assert len(letters) == 1
    assert trial.dispositions("route 4") == ["duplicate"]


def test_a_corrected_summary_takes_the_place_of_the_old_one_which_is_kept(trial: Trial) -> None:
    assert trial.dispositions("corrected") == ["replaced"]
    assert trial.unit("beihua")["items"]["summary"]["count"] == 1
    contents = trial.office.tree().values()
    assert draft(0) in contents
    assert draft(1) in contents


def test_one_photo_under_five_names_is_one_photo(trial: Trial) -> None:
    assert trial.unit("beihua")["items"]["photos"]["count"] == 1


def test_a_robot_that_answers_every_letter_gets_no_more_than_its_address_may(trial: Trial) -> None:
    to = [one.recipients[0] for one in trial.sink.received]
    assert to.count("robot@beihua.edu.cn") <= 3
