"""Every row of mail-facts 3.2 that stands in a header: what reaches us on the wire is read as it was meant."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.parsing.headers import addresses, decode_header, file_name, repair_name
from tests.parsing_message.mails import word


def test_a_subject_labelled_gb2312_keeps_the_characters_that_only_gbk_has() -> None:
    assert decode_header(word("堃喆镕的总结", "gbk", label="gb2312")) == "堃喆镕的总结"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "cp936", "x-gbk", "gb18030", "hz", "GB_2312-80", "gb2312*zh"])
def test_every_chinese_label_is_read_as_gb18030(label: str) -> None:
    assert decode_header(word("朱镕基㐀", "gb18030", label=label)) == "朱镕基㐀"


def test_real_hz_is_read_as_hz() -> None:
    assert decode_header(b"=?hz-gb-2312?Q?~{<=ND~}?=") == "冀文"


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_encoded_words_cut_inside_a_character_are_joined_before_decoding(charset: str) -> None:
    raw = "吉林大学工作总结".encode(charset)
    words = b"\r\n ".join(b"=?" + charset.encode() + b"?B?" + base64.b64encode(raw[at : at + 5]) + b"?=" for at in range(0, len(raw), 5))
    assert decode_header(words) == "吉林大学工作总结"


def test_base64_cut_inside_a_group_of_four_is_joined_as_base64() -> None:
    text = base64.b64encode("吉林大学工作总结".encode())
    assert decode_header(b"=?utf-8?B?" + text[:10] + b"?= =?utf-8?B?" + text[10:] + b"?=") == "吉林大学工作总结"


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_raw_8bit_subjects_are_guessed(charset: str) -> None:
    assert decode_header("关于报送2022年工作总结的函".encode(charset)) == "关于报送2022年工作总结的函"


@pytest.mark.parametrize("text", ["一同", "为时", "要一", "要为"])
def test_bytes_without_a_label_are_utf8_only_if_that_shows_chinese(text: str) -> None:
    # These GBK bytes are valid UTF-8 as well, and would read as Cyrillic or Arabic.
    text.encode("gbk").decode("utf-8")
    assert decode_header(text.encode("gbk")) == text


def test_gbk_and_utf8_mixed_in_one_header_are_both_read() -> None:
    assert decode_header("教育局".encode("gbk") + b" - " + "活动总结报送".encode()) == "教育局 - 活动总结报送"


def test_text_between_encoded_words_stays() -> None:
    assert decode_header(word("总结") + b" (2022) " + word("附件")) == "总结 (2022) 附件"


def test_q_words_with_underscores_and_slips_are_read() -> None:
    assert decode_header(b"=?UTF-8?Q?=E6=80=BB_=E7=BB=93=?=") == "总 结="


@pytest.mark.parametrize("label", ["uft-8", "x-unknown", "binary", "3dutf-8", "unicode", "base64", "punycode"])
def test_an_unknown_charset_is_guessed(label: str) -> None:
    assert decode_header(word("总结报告", "utf-8", label=label)) == "总结报告"


def test_a_line_break_hidden_in_an_encoded_word_does_not_survive() -> None:
    assert decode_header(b"=?utf-8?q?a=0D=0ABcc:_x@evil?=") == "a Bcc: x@evil"


@pytest.mark.parametrize("hostile", ["a\u2028b", "a\x85b", "a\r\nb", "a\tb"])
def test_every_kind_of_line_end_becomes_a_space(hostile: str) -> None:
    assert decode_header(word(hostile, "utf-8")) == "a b"


def test_bidi_zero_width_nul_and_surrogates_do_not_survive() -> None:
    assert decode_header(b"=?utf-8?B?" + base64.b64encode("照片\u202egpj\u200b\x00.exe".encode()) + b"?=") == "照片gpj.exe"
    assert not any("\ud800" <= character <= "\udfff" for character in decode_header(b"\xed\xa0\x80abc"))


def test_a_subject_of_5_mb_or_3000_words_is_cut_not_choked_on() -> None:
    assert len(decode_header(b"x" * 5_000_000)) <= 500
    assert decode_header(b" ".join([word("总")] * 3000)).startswith("总总总")
    assert decode_header(b"=?a?q?" * 500_000)


# --- addresses


def one(raw: bytes) -> tuple[str, str]:
    (found,) = addresses(raw)
    return found.name, found.address


def test_a_quoted_encoded_word_is_decoded_as_every_qq_mail_needs_it() -> None:
    assert one(b'"' + word("张三") + b'" <Zs@QQ.com>') == ("张三", "zs@qq.com")


def test_a_raw_gbk_display_name_is_read_even_with_a_backslash_byte_in_it() -> None:
    assert "乗".encode("gbk")[1:] == b"\x5c"
    assert one('"乗大教务处"'.encode("gbk") + b" <a@b.edu.cn>") == ("乗大教务处", "a@b.edu.cn")


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        (b"a@b.cn", "", "a@b.cn"),
        (b"<a@b.cn>", "", "a@b.cn"),
        (b"a@b.cn (Zhang San)", "Zhang San", "a@b.cn"),
        (b'"a@good.cn" <evil@e.com>', "a@good.cn", "evil@e.com"),
        (b"a@b.cn <A@b.cn>", "a@b.cn", "a@b.cn"),
        (b'"Zhang, San" <a@b.cn>', "Zhang, San", "a@b.cn"),
        (b'"Zhang San <a@b.cn>', "Zhang San", "a@b.cn"),
        ("张三(教务处 <a@b.cn>".encode(), "张三(教务处", "a@b.cn"),
        (b'"Zhang" a@b.cn', "Zhang", "a@b.cn"),
        (b"Group: a@b.cn, broken;", "", "a@b.cn"),
    ],
)
def test_one_mailbox_is_read_as_one(raw: bytes, name: str, address: str) -> None:
    assert one(raw) == (name, address)


@pytest.mark.parametrize(
    "raw", [b"a@good.cn<evil@e.com>", b"a@good.cn <evil@e.com>", b"a@good.cn, evil@e.com", b"<a@good.cn> <evil@e.com>"]
)
def test_two_addresses_are_never_taken_for_one(raw: bytes) -> None:
    assert {address.address for address in addresses(raw)} == {"a@good.cn", "evil@e.com"}


@pytest.mark.parametrize("raw", [b"", b"undisclosed-recipients:;", b"nobody", b"a@b", b"a b@c", b"<>", b"@x.cn", b"a..b@x.cn", b"\xff\xfe"])
def test_what_is_no_address_gives_none(raw: bytes) -> None:
    assert [address.address for address in addresses(raw)] == []


MADE_UP = {
    "letters outside ASCII before it": "张三26@beihua.edu.cn",
    "letters outside ASCII in its domain": "a10@beihua.edu.中国",
    "a zero-width space in its domain": "a27@beihua.edu\u200b.cn",
    "a full stop behind it": "a9@beihua.edu.cn。",
    "a dot behind it": "a9@beihua.edu.cn.",
    "a dash behind it": "a12@beihua.edu.cn-",
    "an underscore behind it": "a8@beihua.edu.cn_evil",
    "another domain behind it": "a1@beihua.edu.cn@evil.example",
    "another domain behind its brackets": "<a1@beihua.edu.cn>@evil.example",
    "a port behind it": "a3@beihua.edu.cn:25",
    "a port and another address behind it": "a3@beihua.edu.cn:25; b@x.cn",
    "a path behind it": "a4@beihua.edu.cn/x",
    "digits as the end of its domain": "a2@beihua.edu.123",
    "a blank in its local part": "a b5@beihua.edu.cn",
    "a backslash in its local part": "a\\b17@beihua.edu.cn",
    "a bracket in its local part": "a[b]18@beihua.edu.cn",
    "a comment in its local part": "a(b)19@beihua.edu.cn",
    "a quoted local part": '"a b8"@beihua.edu.cn',
    "half of the local part in quotes": '"a".b8@beihua.edu.cn',
    "a curly quote in its local part": "o’brien11@beihua.edu.cn",
    "a local part of 65 letters": "a" * 65 + "@beihua.edu.cn",
    "255 letters": "a@" + "b" * 60 + ("." + "c" * 60) * 3 + "." + "d" * 9,
    "an encoded word in its local part": "=?utf-8?B?5byg5LiJ?=@beihua.edu.cn",
    "an unclosed bracket": "<a23@beihua.edu.cn",
    "a route": "<@evil.example:a11@beihua.edu.cn>",
    "a malformed mailbox beside it": "张三26@beihua.edu.cn, b@x.cn",
    "a malformed one in brackets": "b@x.cn <张三26@beihua.edu.cn>",
}


@pytest.mark.parametrize("text", MADE_UP.values(), ids=MADE_UP)
def test_no_sender_is_made_up_of_a_piece_of_a_malformed_one(text: str) -> None:
    assert addresses(text.encode(), whole=True) == ()


def test_a_malformed_recipient_hides_no_other() -> None:
    assert [one.address for one in addresses("张三26@x.cn, b@x.cn".encode())] == ["b@x.cn"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"  a@b.cn \r\n", ""),
        ("北华大学 <a@b.cn>".encode("gbk"), "北华大学"),
        ("北华大学<a@b.cn>".encode(), "北华大学"),
        ("张三,李四 <a@b.cn>".encode(), "李四"),
        ("张三@北华大学 <a@b.cn>".encode(), "张三@北华大学"),
        (b'"a@b.cn" <a@b.cn>', "a@b.cn"),
        ("邮箱a@b.cn <a@b.cn>".encode(), "邮箱a@b.cn"),
        ("a@b.cn (张三)".encode(), "张三"),
        (b"<mailto:a@b.cn> (office)", ""),
    ],
)
def test_what_real_programs_write_is_read_as_the_one_sender(raw: bytes, name: str) -> None:
    assert [(one.name, one.address) for one in addresses(raw, whole=True)] == [(name, "a@b.cn")]


MARKS = [*" \t,;:<>()[]\"'\\@.-_=?", "\u200b", "。", "＠"]
PIECES = st.sampled_from([*MARKS, "a", "b9", "张三", "a@b.cn", "b@x.edu.cn", "@b.cn", "x.cn", "<c@d.cn>", '"q q"', "(c)"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_an_address_that_is_taken_stands_as_a_whole_word_in_the_header(text: str) -> None:
    for one in addresses(text.encode(), whole=True):
        around = r"[^\s<>(),;:\"]"
        assert re.search(rf"(?<!{around}){re.escape(one.address)}(?!{around})", text, re.IGNORECASE)


@pytest.mark.parametrize("raw", [b"(" * 3000 + b")" * 3000 + b"a@b.cn", b"(" * 3000 + b" a@b.cn", b'"' * 9999 + b" <a@b.cn>"])
def test_nested_comments_and_quotes_neither_recurse_nor_take_long(raw: bytes) -> None:
    assert len(addresses(raw)) <= 1


def test_5000_recipients_are_read_up_to_the_cap() -> None:
    assert len(addresses(b", ".join(b"u%d@x.cn" % number for number in range(5000)))) > 1000


# --- file names


def name(disposition: bytes = b"", content_type: bytes = b"") -> str:
    return file_name(disposition, content_type)


NAME = "吉林大学2022年工作总结.docx"


@pytest.mark.parametrize(
    "params",
    [
        b'filename="' + word(NAME) + b'"',
        b'filename="' + word(NAME, "gbk", label="gb2312") + b'"',
        b"filename=" + word(NAME),
        b'filename="' + NAME.encode("gbk") + b'"',
        b'filename="' + NAME.encode() + b'"',
        b"filename=" + NAME.encode("gbk"),
        b"filename*=UTF-8''%E5%90%89%E6%9E%97%E5%A4%A7%E5%AD%A62022%E5%B9%B4%E5%B7%A5%E4%BD%9C%E6%80%BB%E7%BB%93.docx",
        b'filename="%E5%90%89%E6%9E%97%E5%A4%A7%E5%AD%A62022%E5%B9%B4%E5%B7%A5%E4%BD%9C%E6%80%BB%E7%BB%93.docx"',
        b'filename="=E5=90=89=E6=9E=97=E5=A4=A7=E5=AD=A62022=E5=B9=B4=E5=B7=A5=E4=BD=9C=E6=80=BB=E7=BB=93.docx"',
        b'filename="' + word(word(NAME).decode(), "ascii") + b'"',
        b"filename=\"plain.docx\"; filename*=gbk''" + b"".join(b"%%%02X" % byte for byte in NAME.encode("gbk")),
    ],
)
def test_a_file_name_is_read_however_it_is_written(params: bytes) -> None:
    assert name(b"attachment; " + params) == NAME


def test_a_name_split_over_two_words_mid_character_is_whole() -> None:
    raw = NAME.encode("gb18030")
    words = b"\r\n\t".join(b"=?gb18030?B?" + base64.b64encode(raw[at : at + 15]) + b"?=" for at in range(0, len(raw), 15))
    assert name(b'attachment;\r\n\tfilename="' + words + b'"') == NAME


def test_rfc2231_continuations_labelled_gb2312_with_gbk_characters_are_joined() -> None:
    raw = "朱镕基堃喆的工作总结.docx".encode("gbk")
    escaped = [b"".join(b"%%%02X" % byte for byte in raw[at : at + 7]) for at in range(0, len(raw), 7)]
    params = b";\r\n ".join(
        b"filename*%d*=%s%s" % (number, b"gb2312''" if not number else b"", piece) for number, piece in enumerate(escaped)
    )
    assert name(b"attachment; " + params) == "朱镕基堃喆的工作总结.docx"


def test_2000_continuations_in_any_order_are_joined() -> None:
    pieces = [b'filename*%d="a"' % number for number in range(2000)]
    assert name(b"attachment; " + b"; ".join(reversed(pieces))) == "a" * 2000


def test_the_order_is_filename_star_filename_name_star_name() -> None:
    assert name(b"attachment; filename=\"b\"; filename*=utf-8''a", b"x/y; name=\"d\"; name*=utf-8''c") == "a"
    assert name(b'attachment; filename="b"', b"x/y; name=\"d\"; name*=utf-8''c") == "b"
    assert name(b"attachment", b"x/y; name=\"d\"; name*=utf-8''c") == "c"
    assert name(b"attachment", b'x/y; name="d"') == "d"
    assert name(b'attachment; filename=""', b'x/y; name="d"') == "d"


def test_an_unquoted_name_with_spaces_is_whole() -> None:
    assert name(b"attachment; filename=work report 2022.docx; size=12") == "work report 2022.docx"


def test_quotes_inside_a_quoted_name_stay() -> None:
    assert name('attachment; filename="关于"两会"的总结.docx"; size=1'.encode()) == '关于"两会"的总结.docx'


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("=?gb2312?B?19y94S5kb2N4?=", "总结.docx"),
        ("%E6%80%BB%E7%BB%93.docx", "总结.docx"),
        ("%D7%DC%BD%E1.doc", "总结.doc"),
        ("æ€»ç»“.docx", "总结.docx"),
        ("×Ü½á.doc", "总结.doc"),
        ("&#24635;&#32467;.docx", "总结.docx"),
        ("\\u603b\\u7ed3.docx", "总结.docx"),
        ("100%25 done.txt", "100%25 done.txt"),
        ("café señor.txt", "café señor.txt"),
        ("总结.docx", "总结.docx"),
    ],
)
def test_names_that_some_program_left_encoded_are_repaired_and_others_left_alone(broken: str, whole: str) -> None:
    assert repair_name(broken) == whole
