"""The habits of the mail programs that Chinese offices use, as measured on the wire (mail-facts 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Mailer(StrEnum):
    """A mail program whose habits are known."""

    QQ = "qq"  # QQ, Foxmail.com and exmail webmail
    NETEASE = "netease"  # 163 and 126 webmail (Coremail)
    COREMAIL_EDU = "coremail-edu"
    FOXMAIL = "foxmail"
    OUTLOOK = "outlook"
    IOS = "ios"
    THUNDERBIRD = "thunderbird"
    GATEWAY = "gateway"  # an old office system: raw GBK bytes, no charset


class Naming(StrEnum):
    """How a file name is written."""

    WORD = "word"  # RFC 2047 in quotes, which RFC 2231 forbids and everybody writes
    SPLIT = "split"  # the same over two words, cut inside a character
    RFC2231 = "rfc2231"
    CONTINUED = "continued"  # RFC 2231 over several pieces
    RAW = "raw"  # bare bytes
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Habit:
    """What tells one mailer's bytes from another's."""

    charset: str
    naming: Naming
    quoted_from: bool = False  # encoded words inside quotes, as practically every QQ mail has them
    octets: bool = False  # application/octet-stream for every file
    html: bool = True
    boundary: str = "----=_NextPart_{id:.24}"
    message_id: str = "<{id:.32}@{domain}>"
    marks: tuple[tuple[str, str], ...] = ()


_COREMAIL = "Coremail Webmail Server Version XT5.0.14 build 20220113(9671e152) Copyright (c) 2002-2022 www.mailtech.cn "
HABITS: Mapping[Mailer, Habit] = MappingProxyType(
    {
        Mailer.QQ: Habit(
            "gb18030",
            Naming.WORD,
            quoted_from=True,
            octets=True,
            message_id="<tencent_{ID:.40}@qq.com>",
            marks=(
                ("X-QQ-MIME", "TCMime 1.0 by Tencent"),
                ("X-Mailer", "QQMail 2.x"),
                ("X-QQ-Mailer", "QQMail 2.x"),
                ("X-QQ-mid", "webmail812t{digits:.10}t{digits:.7}"),
                ("X-HAS-ATTACH", "{attached}"),
            ),
        ),
        Mailer.NETEASE: Habit(
            "GBK",
            Naming.WORD,
            boundary="----=_Part_{digits:.6}_{digits:.10}.{digits:.13}",
            message_id="<{id:.8}.{id:.4}.185{id:.8}.Coremail.{local}@{domain}>",
            marks=(
                ("X-Priority", "3"),
                ("X-Mailer", _COREMAIL + "163com"),
                ("X-NTES-SC", "AL_Qu2{ID:.24}"),
                ("X-Coremail-Locale", "zh_CN"),
                ("X-CM-TRANSID", "EMGowAD3{ID:.20}AA--.{digits:.5}W"),
                ("X-CM-SenderInfo", "5mjt1{id:.20}/1tbi"),
            ),
        ),
        Mailer.COREMAIL_EDU: Habit(
            "UTF-8",
            Naming.WORD,
            boundary="----=_Part_{digits:.6}_{digits:.10}.{digits:.13}",
            message_id="<{id:.8}.{id:.4}.185{id:.8}.Coremail.{local}@{domain}>",
            marks=(
                ("X-Mailer", _COREMAIL + "{domain}"),
                ("X-CM-HeaderCharset", "UTF-8"),
                ("X-CM-TRANSID", "AQAAf{ID:.20}AA--.{digits:.5}W"),
            ),
        ),
        Mailer.FOXMAIL: Habit(
            "gb2312",
            Naming.WORD,
            octets=True,
            boundary="----=_001_NextPart{digits:.12}_=----",
            message_id="<{time}{digits:.7}@{domain}>",
            marks=(("X-Priority", "3"), ("X-GUID", "{ID:.32}"), ("X-Has-Attach", "{attached}"), ("X-Mailer", "Foxmail 7.2.25.213[cn]")),
        ),
        Mailer.OUTLOOK: Habit(
            "gb2312",
            Naming.WORD,
            boundary="----=_NextPart_000_{ID:.4}_01D9{ID:.4}.{ID:.8}",
            message_id="<{id:.12}$@{domain}>",
            marks=(("X-Mailer", "Microsoft Outlook 16.0"), ("Thread-Index", "Adk{id:.12}=="), ("Content-Language", "zh-cn")),
        ),
        Mailer.IOS: Habit(
            "utf-8",
            Naming.RFC2231,
            html=False,
            boundary="Apple-Mail-{ID:.8}-{ID:.4}-4D5C-9E11-{ID:.12}",
            message_id="<{ID:.8}-{ID:.4}-4B0E-8D4C-{ID:.12}@{domain}>",
            marks=(("X-Mailer", "iPhone Mail (20B110)"),),
        ),
        Mailer.THUNDERBIRD: Habit(
            "UTF-8",
            Naming.CONTINUED,
            html=False,
            boundary="------------{id:.24}",
            message_id="<{id:.8}-{id:.4}-0b4c-7a1e-{id:.12}@{domain}>",
            marks=(("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:102.0) Gecko/20100101 Thunderbird/102.6.0"),),
        ),
        Mailer.GATEWAY: Habit(
            "gb2312", Naming.RAW, octets=True, html=False, boundary="=_{id:.20}", marks=(("X-Mailer", "OA Mail Gateway"),)
        ),
    }
)
