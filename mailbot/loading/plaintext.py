"""The text of a file that a clerk saved with any Windows or Linux editor."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from mailbot.loading.slips import Slips

INVISIBLE = " \t\r\n\u3000\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Characters that nobody sees and that come along when text is copied from Word or from a web page."""

_CHINESE = re.compile("[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


def read_text(path: Path, slips: Slips) -> str | None:
    """The file as text with "\\n" line ends; None, with the reason in `slips`, when it cannot be read.

    UTF-8 with or without a mark, UTF-16 with a mark ("Unicode" of old Notepad) and GB18030 ("ANSI" of a Chinese Windows) are
    read; a damaged UTF-8 file is told with its line.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        slips.add(0, "找不到这个文件", "检查文件名和所在的文件夹；误删的可以从备份或样例中恢复")
        return None
    except OSError as error:
        slips.add(0, f"文件打不开：{error.strerror}", "检查这个文件的读取权限")
        return None
    text = _decoded(raw)
    if text is None:
        line = _first_bad_line(raw)
        slips.add(line, "这里有无法识别的字节，文件可能损坏", "用记事本打开，改好这一行，另存为 UTF-8 编码")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, content in enumerate(text.split("\n"), 1):
        if any(ord(sign) < 32 and sign != "\t" for sign in content) or "\x7f" in content:
            slips.add(number, "这一行里有看不见的控制字符", "删去这一行，重新输入")
            return None
    return text


def _decoded(raw: bytes) -> str | None:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif _is_damaged_utf8(raw):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether nearly all of it is UTF-8 Chinese: read as GB18030 it would be pages of nonsense."""
    text = raw.decode("utf-8", errors="replace")
    return len(_CHINESE.findall(text)) > 4 * text.count("\ufffd") - 4


def _first_bad_line(raw: bytes) -> int:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1
    return 0
