"""MIME as it comes: whatever the mail holds is found, and what may be missing is said as a doubt."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile

import pytest

from mailbot.config import Limits
from mailbot.model import BODY, Facts, FileKind, Problem
from tests.parsing_message.conftest import InProcess, Read
from tests.parsing_message.mails import DOCX, attached, b64, joined, mail, multipart, nested, part, text_part, word

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20


def paths(facts: Facts) -> list[str]:
    return [item.path for item in facts.items if item.path != "(body)"]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def only(facts: Facts) -> str:
    (item,) = [item for item in facts.items if item.path != "(body)"]
    return item.sha256


QQ = multipart(
    nested(
        text_part("您好：附件是总结。", "gb18030"),
        part(b"Content-Type: text/html; charset=gb18030", "<p>您好：附件是总结。</p>".encode("gb18030")),
    ),
    attached(b'; filename="' + word("总结.docx") + b'"'),
    extra=b"X-HAS-ATTACH: yes\r\n",
)


def test_an_ordinary_mail_has_its_text_its_file_and_no_doubt(read: Read) -> None:
    facts = read(QQ)
    assert facts.message.own == "您好：附件是总结。"
    assert (facts.items[0].path, facts.items[0].kind) == ("(body)", FileKind.TXT)
    assert paths(facts) == ["总结.docx"]
    assert facts.items[1].sha256 == sha(DOCX)
    assert facts.items[1].file is not None and facts.items[1].file.read_bytes() == DOCX
    assert facts.doubts == ()
    assert (facts.sha256, facts.size) == (sha(QQ), len(QQ))


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_every_line_end_is_read(read: Read, line_end: bytes) -> None:
    facts = read(QQ.replace(b"\r\n", line_end))
    assert (facts.message.own, paths(facts), only(facts)) == ("您好：附件是总结。", ["总结.docx"], sha(DOCX))


def test_a_named_mail_of_nothing_but_words_is_an_item_and_its_words_are_read(read: Read) -> None:
    words = mail("见信。".encode(), extra=b"Content-Type: text/plain; charset=utf-8\r\n")
    facts = read(multipart(text_part("转发"), part(b'Content-Type: message/rfc822; name="a.eml"', words)))
    assert [(item.path, item.kind, item.sha256) for item in facts.items if item.path != BODY] == [("a.eml", FileKind.MESSAGE, sha(words))]
    assert [message.own.strip() for message in facts.nested] == ["见信。"]


def test_the_same_mail_gives_the_same_facts(read: Read) -> None:
    first, second = read(QQ), read(QQ)
    assert first.message == second.message
    assert [(item.path, item.sha256) for item in first.items] == [(item.path, item.sha256) for item in second.items]


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [(b"application/pdf", PDF, "附件1.pdf"), (b"image/jpeg", JPEG, "附件1.jpg"), (b"text/plain", PDF, "附件1.pdf")],
)
def test_a_part_without_name_disposition_and_id_is_kept_and_named_by_content(read: Read, kind: bytes, content: bytes, name: str) -> None:
    facts = read(multipart(text_part(), part(b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64", b64(content))))
    assert (paths(facts), only(facts)) == ([name], sha(content))


def test_a_nameless_attachment_of_text_is_an_item_not_the_body(read: Read) -> None:
    facts = read(multipart(text_part("正文"), part(b"Content-Type: text/plain\r\nContent-Disposition: attachment", b"abc")))
    assert (facts.message.own, paths(facts)) == ("正文", ["附件1.txt"])


def test_a_text_part_with_a_name_is_an_item(read: Read) -> None:
    facts = read(multipart(text_part("正文"), part(b'Content-Type: text/plain; name="a.txt"', "总结".encode("gbk"))))
    assert (facts.message.own, paths(facts)) == ("正文", ["a.txt"])


def test_six_pictures_of_one_name_are_six_items(read: Read) -> None:
    facts = read(multipart(*[attached(b'; filename="image.jpg"', JPEG + bytes([number])) for number in range(6)]))
    assert paths(facts) == ["image.jpg", *[f"image ({number}).jpg" for number in range(2, 7)]]
    assert {item.name for item in facts.items} == {"image.jpg"}


def test_names_that_differ_in_case_only_have_different_paths(read: Read) -> None:
    assert paths(read(multipart(attached(b'; filename="A.jpg"'), attached(b'; filename="a.jpg"')))) == ["A.jpg", "a (2).jpg"]


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("../../etc/cron.d/x", "x"),
        ("..\\..\\x.docx", "x.docx"),
        ("C:\\TEMP\\总结.docx", "总结.docx"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("x.docx. ", "x.docx"),
        ("a\nb.docx", "a b.docx"),
        ("长" * 300 + ".docx", "长" * 65 + ".docx"),
        ("..", "附件1.txt"),
    ],
)
def test_a_hostile_name_is_shown_clean_and_kept_as_it_was(read: Read, hostile: str, shown: str) -> None:
    facts = read(multipart(attached(b'; filename="' + word(hostile, "utf-8") + b'"', b"whatever it is")))
    assert facts.items[0].name == shown
    assert "\n" not in facts.items[0].original_name


# --- transfer encodings


def test_padding_in_the_middle_does_not_end_the_file(read: Read) -> None:
    body = base64.b64encode(b"a" * 100) + b"\r\n" + base64.b64encode(b"b" * 100)
    facts = read(multipart(part(b'Content-Type: application/zip; name="a.bin"\r\nContent-Transfer-Encoding: base64', body)))
    assert only(facts) == sha(b"a" * 100 + b"b" * 100)
    assert any("拼成" in doubt for doubt in facts.doubts)


def test_missing_padding_is_no_damage(read: Read) -> None:
    body = base64.b64encode(b"a" * 100).rstrip(b"=")
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: base64', body)))
    assert (only(facts), facts.doubts) == (sha(b"a" * 100), ())


def test_a_junk_line_in_base64_is_left_out_and_doubted(read: Read) -> None:
    body = b64(b"a" * 300).replace(b"\r\n", b"\r\n*** scanned by mail gate, ok! ***\r\n", 1)
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: base64', body)))
    assert only(facts) == sha(b"a" * 300)
    assert any("杂质" in doubt for doubt in facts.doubts)


def test_base64_cut_in_a_group_is_doubted(read: Read) -> None:
    body = base64.b64encode(bytes(range(255)))[:-3]
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: base64', body)))
    assert any("截断" in doubt for doubt in facts.doubts)


@pytest.mark.parametrize("label", [b"base64", b"BASE64", b"base 64", b'"base64"', b"base64;", b" base64 (comment)"])
def test_base64_is_known_by_all_its_names(read: Read, label: bytes) -> None:
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: ' + label, b64(PDF))))
    assert only(facts) == sha(PDF)


def test_a_file_whose_encoding_nobody_states_is_decoded_and_doubted(read: Read) -> None:
    content = bytes(range(256)) * 2
    lost = b'Content-Type: x/y\r\nContent-Transfer-Enc\x01e64\r\nContent-Disposition: attachment; filename="a.docx"'
    facts = read(multipart(text_part(), part(lost, b64(content))))
    assert only(facts) == sha(content)
    assert any("无法识别" in doubt for doubt in facts.doubts)


def test_a_file_without_an_encoding_that_is_no_base64_is_what_it_is(read: Read) -> None:
    facts = read(multipart(text_part(), part(b'Content-Type: x/y; name="a.txt"', b"first line\r\nsecond line")))
    assert only(facts) == sha(b"first line\r\nsecond line")
    assert not facts.doubts


def test_an_unknown_encoding_is_kept_and_doubted(read: Read) -> None:
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: x-rot', b"abc\r\n=41")))
    assert only(facts) == sha(b"abc\r\n=41")
    assert any("无法识别" in doubt for doubt in facts.doubts)


def test_quoted_printable_survives_any_cut_between_chunks(read: Read) -> None:
    content = ("总结" * 60_000).encode() + b"= end"
    body = binascii.b2a_qp(content, istext=False).replace(b"\n", b"\r\n")
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: quoted-printable', body)))
    assert only(facts) == sha(content)


def uu(content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 photo.jpg\n" + b"".join(lines) + b"`\nend\n"


def test_uuencode_as_an_encoding_is_undone_with_text_around_it(read: Read) -> None:
    body = b"see below\n" + uu(JPEG) + b"that was it\n"
    facts = read(multipart(part(b'Content-Type: image/jpeg; name="a.jpg"\r\nContent-Transfer-Encoding: x-uuencode', body)))
    assert only(facts) == sha(JPEG)


def test_uuencode_inside_the_text_becomes_an_item(read: Read) -> None:
    facts = read(mail(b"hello\n\n" + uu(JPEG) + b"\nbye\n"))
    assert (paths(facts), only(facts)) == (["photo.jpg"], sha(JPEG))
    assert facts.message.own == "hello\n\nbye"


def test_binary_8bit_bodies_are_byte_exact(read: Read) -> None:
    facts = read(multipart(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: binary', bytes(range(256)) * 3)))
    assert only(facts) == sha(bytes(range(256)) * 3)


# --- boundaries


def test_a_missing_final_boundary_is_read_and_doubted(read: Read) -> None:
    facts = read(QQ[: QQ.rindex(b"------=_Part_1--")])
    assert only(facts) == sha(DOCX)
    assert any("末尾不完整" in doubt for doubt in facts.doubts)


def test_a_part_in_the_epilogue_is_found(read: Read) -> None:
    facts = read(QQ + b"------=_Part_1\r\n" + attached(b'; filename="late.docx"') + b"\r\n------=_Part_1--\r\n")
    assert paths(facts) == ["总结.docx", "late.docx"]


def test_a_file_under_a_foreign_boundary_in_the_epilogue_is_doubted(read: Read) -> None:
    facts = read(QQ + b"--other_boundary\r\n" + attached(b'; filename="late.docx"') + b"\r\n--other_boundary--\r\n")
    assert any("没有读到" in doubt for doubt in facts.doubts)


@pytest.mark.parametrize("boundary", [b"a b c", b"=", b"(x)?:", "边界".encode(), b"x" * 200])
def test_any_boundary_is_found(read: Read, boundary: bytes) -> None:
    facts = read(multipart(text_part("正文"), attached(b'; filename="a.docx"'), boundary=boundary))
    assert (facts.message.own, paths(facts), facts.doubts) == ("正文", ["a.docx"], ())


def test_blanks_after_a_boundary_line_do_not_hide_it(read: Read) -> None:
    assert paths(read(QQ.replace(b"------=_Part_1\r\n", b"------=_Part_1  \t\r\n"))) == ["总结.docx"]


@pytest.mark.parametrize("header", [b"multipart/mixed", b'multipart/mixed; boundary="not this one"', b'multipart/mixed; boundary=""'])
def test_a_boundary_that_the_header_does_not_tell_is_found_by_its_looks(read: Read, header: bytes) -> None:
    raw = mail(
        joined(text_part("正文"), attached(b'; filename="a.docx"'), boundary=b"----real"), extra=b"Content-Type: " + header + b"\r\n"
    )
    facts = read(raw)
    assert (facts.message.own, paths(facts)) == ("正文", ["a.docx"])


def test_a_mail_that_lost_its_content_type_is_still_cut_into_parts(read: Read) -> None:
    facts = read(mail(joined(text_part("正文"), attached(b'; filename="a.docx"'), boundary=b"----real")))
    assert (facts.message.own, paths(facts)) == ("正文", ["a.docx"])


def test_a_boundary_counts_where_the_type_beside_it_is_damaged(read: Read) -> None:
    damaged = multipart(text_part(), part(b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", b64(PDF)))
    facts = read(damaged.replace(b"multipart/mixed", b"multipart/\x92ixed"))
    assert only(facts) == sha(PDF)


def test_a_nameless_file_under_a_foreign_boundary_of_qq_is_doubted(read: Read) -> None:
    foreign = b"------=_NextPart_X\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n"
    assert any("没有读到" in doubt for doubt in read(multipart(text_part()) + foreign).doubts)


def test_a_content_field_hidden_behind_a_bare_cr_is_doubted(read: Read) -> None:
    muddled = mail(b"%PDF-1.4", extra=b"X-A: b\rContent-Type: application/pdf\r\n")
    assert any("换行混乱" in doubt for doubt in read(muddled).doubts)


def test_one_boundary_that_begins_with_another_is_told_apart(read: Read) -> None:
    inner = nested(text_part("正文"), boundary=b"abc-1")
    assert paths(read(multipart(inner, attached(b'; filename="a.docx"'), boundary=b"abc"))) == ["a.docx"]


def test_a_parameter_that_lost_its_indent_still_belongs_to_its_header(read: Read) -> None:
    raw = mail(
        joined(text_part("正文"), attached(b'; filename="a.docx"'), boundary=b"xyz"),
        extra=b'Content-Type: multipart/mixed;\r\nboundary="xyz"\r\n',
    )
    assert paths(read(raw)) == ["a.docx"]


def test_base64_on_a_multipart_that_is_not_encoded_is_ignored(read: Read) -> None:
    assert paths(read(multipart(attached(b'; filename="a.docx"'), extra=b"Content-Transfer-Encoding: base64\r\n"))) == ["a.docx"]


def test_a_multipart_that_really_is_base64_is_opened(read: Read) -> None:
    inside = b64(joined(text_part("正文"), attached(b'; filename="a.docx"'), boundary=b"xyz"))
    raw = mail(inside, extra=b'Content-Type: multipart/mixed; boundary="xyz"\r\nContent-Transfer-Encoding: base64\r\n')
    facts = read(raw)
    assert (facts.message.own, paths(facts), facts.doubts) == ("正文", ["a.docx"], ())


# --- messages in messages


INNER = multipart(
    text_part("请查收"), attached(b'; filename="' + word("案例.docx") + b'"'), subject=word("吉林大学案例"), boundary=b"----inner"
)


@pytest.mark.parametrize(
    "wrapped",
    [
        part(b'Content-Type: message/rfc822; name="fwd.eml"\r\nContent-Disposition: attachment; filename="fwd.eml"', INNER),
        part(b'Content-Type: message/rfc822; name="fwd.eml"\r\nContent-Transfer-Encoding: base64', b64(INNER)),
        part(b'Content-Type: application/octet-stream; name="fwd.eml"\r\nContent-Transfer-Encoding: base64', b64(INNER)),
        part(b'Content-Type: application/octet-stream; name="fwd.eml"', INNER),
    ],
)
def test_a_forwarded_mail_is_opened_however_it_is_packed(read: Read, wrapped: bytes) -> None:
    facts = read(multipart(text_part("转发"), wrapped))
    assert paths(facts) == ["fwd.eml/案例.docx"]
    assert facts.items[1].inside == "fwd.eml"
    (inner,) = facts.nested
    assert (inner.path, inner.subject, inner.own, inner.from_[0].address) == ("fwd.eml", "吉林大学案例", "请查收", "zs@jlu.edu.cn")
    assert facts.doubts == ()


def test_an_unnamed_forwarded_mail_is_opened_too(read: Read) -> None:
    facts = read(multipart(text_part("转发"), part(b"Content-Type: message/rfc822", INNER)))
    assert paths(facts) == ["邮件1.eml/案例.docx"]


def test_a_digest_is_opened(read: Read) -> None:
    facts = read(multipart(part(b"", INNER).removeprefix(b"\r\n"), b"\r\n" + INNER, kind=b"digest"))
    assert len(facts.nested) == 2


def test_mails_within_mails_are_opened_to_the_depth_limit_and_then_kept(read: Read) -> None:
    raw = INNER
    for level in range(12):
        raw = multipart(part(b"Content-Type: message/rfc822", raw), boundary=b"b%d" % level)
    facts = read(raw, Limits(depth=5))
    assert len(facts.nested) == 5
    assert facts.items[-1].problem is Problem.TOO_LARGE
    assert facts.doubts


def test_the_headers_of_a_bounced_letter_are_a_nested_message(read: Read) -> None:
    status = part(
        b"Content-Type: message/delivery-status", b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.cn\r\nAction: failed"
    )
    original = part(b"Content-Type: text/rfc822-headers", b"Message-ID: <ours@126.com>\r\nSubject: x\r\n")
    facts = read(multipart(text_part("退信"), status, original, kind=b"report"))
    assert [message.message_id for message in facts.nested] == ["<ours@126.com>"]
    assert paths(facts) == ["delivery-status.txt"]


def test_sealed_and_partial_mail_is_kept_with_its_reason(read: Read) -> None:
    p7m = part(b'Content-Type: application/pkcs7-mime; name="smime.p7m"\r\nContent-Transfer-Encoding: base64', b64(b"0\x82abc"))
    pgp = nested(
        part(b"Content-Type: application/pgp-encrypted", b"Version: 1"),
        part(b"Content-Type: application/octet-stream", b"-----BEGIN"),
        kind=b"encrypted",
    )
    piece = part(b"Content-Type: message/partial; number=1; total=3; id=x", b"From: a@b.cn\r\n\r\nabc")
    facts = read(multipart(p7m, pgp, piece))
    assert [item.problem for item in facts.items] == [Problem.SEALED, Problem.SEALED, Problem.SEALED, Problem.FRAGMENT]


def test_an_archive_gives_its_members_and_is_no_item_itself(read: Read, sandbox: InProcess) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("照片/1.jpg", JPEG)
        archive.writestr("照片/2.jpg", JPEG + b"2")
        archive.writestr("fwd.eml", INNER)
    facts = read(multipart(text_part("解压密码：jlu@2022，请查收"), attached(b'; filename="' + word("材料.zip") + b'"', packed.getvalue())))
    assert paths(facts) == ["材料.zip/照片/1.jpg", "材料.zip/照片/2.jpg", "材料.zip/fwd.eml/案例.docx"]
    assert [item.name for item in facts.items[1:]] == ["1.jpg", "2.jpg", "案例.docx"]
    assert "jlu@2022" in sandbox.passwords


def test_an_archive_that_does_not_open_is_an_item_with_a_problem(read: Read) -> None:
    facts = read(multipart(attached(b'; filename="a.zip"', b"PK\x03\x04 broken")))
    assert [(item.path, item.problem) for item in facts.items] == [("a.zip", Problem.CORRUPT)]


def test_an_empty_attachment_is_an_item_that_says_so(read: Read) -> None:
    facts = read(multipart(attached(b'; filename="a.docx"', b"")))
    assert [(item.path, item.problem, item.kind) for item in facts.items] == [("a.docx", Problem.EMPTY, FileKind.EMPTY)]


# --- cross-checks


def test_a_mail_that_says_it_has_files_and_has_none_is_doubted(read: Read) -> None:
    assert read(mail(extra=b"X-Has-Attach: yes\r\n")).doubts
    assert not read(mail(extra=b"X-Has-Attach: no\r\n")).doubts


@pytest.mark.parametrize(
    "body",
    [
        b'> Content-Type: application/pdf; name="a.pdf"\r\n> --xyz\r\n',
        "正文里说 name= 和 filename= 都不算".encode(),
        b"--\r\nZhang San\r\n--------\r\n-- \r\n",
        b"------------------ Original ------------------\r\nContent is here\r\n",
    ],
)
def test_ordinary_text_raises_no_false_alarm(read: Read, body: bytes) -> None:
    assert read(mail(body)).doubts == ()
    assert read(multipart(part(b"Content-Type: text/plain", body), attached(b'; filename="a.docx"'))).doubts == ()


def test_parts_over_the_cap_are_doubted(read: Read) -> None:
    facts = read(multipart(*[attached(b'; filename="a.txt"', b"x")] * 30), Limits(parts=10))
    assert len(facts.items) < 30
    assert any("过多" in doubt for doubt in facts.doubts)


def test_a_picture_pasted_into_the_html_as_data_is_an_item(read: Read) -> None:
    html = b'<p>hi</p><img src="data:image/jpeg;base64,' + base64.b64encode(JPEG) + b'">'
    facts = read(mail(html, extra=b"Content-Type: text/html\r\n"))
    assert (paths(facts), only(facts), facts.message.own) == (["附件1.jpg"], sha(JPEG), "hi")
