"""Archives of which one member cannot be had while the others can: that is a person's, and no file is expected where there are no bytes."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from mailbot.app import open_app, read_config
from mailbot.health import note_trouble
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import attachment, draft, letter

SUMMARY, OTHER = "工作总结.docx", "案例.docx"


def stored(number: int) -> bytes:
    """Two documents, the second one whole for now, both uncompressed so that a test knows where their bytes lie."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(SUMMARY, draft(number))
        archive.writestr(OTHER, draft(number + 500))
    return sink.getvalue()


def locked(number: int) -> bytes:
    """The flag that says encrypted, in both headers of the second member."""
    content = bytearray(stored(number))
    content[content.rfind(b"PK\x03\x04") + 6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def damaged(number: int) -> bytes:
    """One byte of the second member is another one than its CRC knows."""
    content = bytearray(stored(number))
    content[content.rfind(b"PK\x03\x04") + 2000] ^= 0xFF
    return bytes(content)


def unknown_method(number: int) -> bytes:
    content = bytearray(stored(number))
    content[content.rfind(b"PK\x03\x04") + 8] = 0x61
    content[content.rfind(b"PK\x01\x02") + 10] = 0x61
    return bytes(content)


def linked(number: int) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        link = tarfile.TarInfo(OTHER)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        member = tarfile.TarInfo(SUMMARY)
        member.size = len(draft(number))
        archive.addfile(member, io.BytesIO(draft(number)))
    return sink.getvalue()


def over_the_cap(number: int) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SUMMARY, draft(number))
        with archive.open(OTHER, "w", force_zip64=True) as member:
            for _ in range(1100):
                member.write(bytes(1_000_000))
    return sink.getvalue()


ARCHIVES = {
    "a locked member": ("材料.zip", locked),
    "a member with a bad CRC": ("材料.zip", damaged),
    "a member packed in a way nobody knows": ("材料.zip", unknown_method),
    "a link in a tar": ("材料.tar", linked),
    "a member over the cap": ("材料.zip", over_the_cap),
}


def mails() -> dict[str, bytes]:
    return {name: letter(700 + place, attachment(file, make(700 + place))) for place, (name, (file, make)) in enumerate(ARCHIVES.items())}


class TestAlways(Always):
    """The whole heap."""


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_other_member_is_read_and_what_is_lacking_is_a_persons(trial: Trial, name: str) -> None:
    row = trial.row(name)
    assert row["state"] == "unsure"
    assert any(one.endswith(SUMMARY) for one in trial.names(name))
    assert not {letter["kind"] for letter in row["letters"]} & {"confirm", "missing"}


def test_some_of_them_have_a_name_and_no_bytes(trial: Trial) -> None:
    assert [file for name in ARCHIVES for file in trial.files(name) if not file["sha256"]]


def test_what_an_older_mailbot_noted_of_them_is_over_with_the_next_visit(trial: Trial) -> None:
    app = open_app(read_config(trial.office.home / "config.yaml", need_password=False))
    note_trouble(app, "verify", "0 封原始邮件、2 个归档文件损坏或丢失，没能自动恢复（第 4、5 号邮件）")
    app.close()
    assert trial.office.status()["troubles"]
    done = trial.show("doctor")
    assert done.returncode == 0, done.stdout
    assert "损坏或丢失" not in done.stdout
    assert trial.office.status()["troubles"] == []


def test_a_person_who_decides_about_one_files_no_bytes_either(trial: Trial) -> None:
    number, path = next((trial.row(name)["number"], file["path"]) for name in ARCHIVES for file in trial.files(name) if not file["sha256"])
    done = trial.show("assign", str(number), "--file", path, "--material", "case")
    assert done.returncode == 0, done.stderr
    assert trial.show("doctor").returncode == 0
