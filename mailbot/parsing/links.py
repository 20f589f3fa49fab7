"""Material that lies behind a link: 云附件, 网盘, articles; found by shape (mail-facts 2), never fetched."""

from __future__ import annotations

import html as html_entities
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from mailbot.model import Link
from mailbot.parsing.headers import repair_name
from mailbot.parsing.htmltext import html_to_text
from mailbot.parsing.safename import clean_line, clean_name

MAX_LINKS = 200
_BEIJING = timezone(timedelta(hours=8))

_PROVIDERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("网易企业邮箱超大附件", r"(?:fs|edisk)\.qiye\.163\.com/"),
        ("网易邮箱大师云附件", r"dashi\.163\.com/html/cloud-attachment"),
        (
            "网易邮箱超大附件",
            r"mail\.(?:163|126|yeah)\.(?:com|net)/large-attachment|HUGE-ATTACHMENT|(?:download\.)?fs\.(?:163|126)\.com/|//u\.163\.com/",
        ),
        ("腾讯企业邮箱超大附件", r"exmail\.qq\.com/(?:cgi-bin/ftnExs|ftn/)|ftnExs_download\?.{0,400}s=email"),
        ("QQ邮箱超大附件", r"mail\.qq\.com/(?:cgi-bin/ftnExs|ftn/)|ftn\.qq\.com/"),
        ("新浪邮箱中转站", r"mail\.sina\.(?:com\.cn|cn|net)/filecenter"),
        ("天翼云", r"cloud\.189\.cn/|mail\.189\.cn/"),
        ("139邮箱", r"mail\.10086\.cn/|(?:caiyun|yun)\.139\.com/"),
        ("Coremail中转站", r"/coremail/.{0,200}(?:nf|netfolder|attach|share|download)"),
        ("百度网盘", r"(?:pan|yun)\.baidu\.com/(?:s/|share/)"),
        ("123云盘", r"(?:www\.)?123(?:pan|865|684|912|592)\.(?:com|cn)/s/"),
        ("蓝奏云", r"(?:lanzou\w?|ilanzou|lanzn)\.com/"),
        ("阿里云盘", r"(?:aliyundrive|alipan)\.com/(?:s|t)/"),
        ("夸克网盘", r"pan\.quark\.cn/s/"),
        ("迅雷云盘", r"pan\.xunlei\.com/s/"),
        ("腾讯微云", r"(?:share\.)?weiyun\.com/"),
        ("腾讯文档", r"docs\.qq\.com/"),
        ("金山文档", r"(?:www\.)?(?:kdocs\.cn|wps\.cn)/(?:l|p|view)/"),
        ("文叔叔", r"wenshushu\.cn/|f\.ws\d+\.cn/f/"),
        ("奶牛快传", r"cowtransfer\.com/s/"),
        ("移动云盘", r"ecpan\.cn/"),
        ("小飞机网盘", r"share\.feijipan\.com/s/"),
        ("OneDrive", r"1drv\.ms/|sharepoint\.com/|onedrive\.live\.com/"),
        ("Google云端硬盘", r"drive\.google\.com/|docs\.google\.com/"),
    )
)
_ARTICLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("微信公众号", re.compile(r"mp\.weixin\.qq\.com/", re.I)),
    ("美篇", re.compile(r"meipian\d*\.(?:cn|me)/", re.I)),
    ("秀米", re.compile(r"xiumi\.us/", re.I)),
)
_NOISE = re.compile(
    r"readmail_businesscard|get_mailhead_icon|icon_att\.gif|mimg\.127\.net|mail\.qq\.com/zh_CN/htmledition/images|rescdn\.qqmail\.com"
    r"|\.(?:gif|css|js|ico)(?:$|\?)",
    re.I,
)
_URL = re.compile(r"(?:https?://|//(?=[\w-]+\.))[^\s<>\"'\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\[\]{}|^`]{4,2000}", re.I)
# A link typed by hand often has no https:// before it.
_BARE = re.compile(
    r"(?<![\w/.@-])(?:pan\.baidu\.com|yun\.baidu\.com|pan\.quark\.cn|www\.123pan\.com|www\.alipan\.com|cloud\.189\.cn|mp\.weixin\.qq\.com)"
    r"/[\w./?=&%-]{4,500}",
    re.I,
)
_WORDS = re.compile(
    r"超大附件|云附件|大附件|文件中转站|中转站|网盘|云盘|提取码|访问码|分享码|进入下载页面|下载地址|到期|有效期|有效时间|过期时间"
)
_DATE = re.compile(r"(\d{4})\s?[年/-]\s?(\d{1,2})\s?[月/-]\s?(\d{1,2})\s?日?(?:\s{0,3}(\d{1,2}[:：]\d{2}))?")
_EPOCH = re.compile(r"(?:expiretime='?|[?&]expired=)(\d{13})")
_SIZE = re.compile(r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?\s?(?:[KMGT]i?B?|字节|Bytes?))(?![\w])", re.I)
_BYTES = re.compile(r"filesize='?(\d{1,13})")
_CODE = re.compile(r"(?:提取码|访问码|分享码|提取密码|访问密码|密码|口令)\s*(?:是|为)?\s*[:：]?\s*([A-Za-z0-9]{4,12})(?![A-Za-z0-9])")
_FILE = re.compile(
    r"([^\s<>\"'|:：=\[\]]{1,120}"
    r"\.(?:docx?|wps|pdf|pptx?|dps|xlsx?|et|rtf|txt|zip|rar|7z|tar|gz|jpe?g|png|heic|bmp|mp4|mov|avi|wmv|mp3|m4a|ofd))(?![\w])",
    re.I,
)


def find_links(text: str, html: str = "", quoted: bool = False) -> tuple[Link, ...]:
    """The links in plain `text` and in `html` that stand for material, each once, in order.

    `quoted` marks them all as part of an older mail, which weighs less.
    """
    found: dict[str, Link] = {}
    for source in (text, html_to_text(html, links=True) if html else ""):
        for link in _in_text(html_entities.unescape(source) if "&" in source else source, quoted):
            key = _key(link.url)
            found[key] = _merged(found[key], link) if key in found else link
            if len(found) >= MAX_LINKS:
                return tuple(found.values())
    return tuple(found.values())


def merge_links(*groups: tuple[Link, ...]) -> tuple[Link, ...]:
    """Several findings as one, each link once: what one place tells completes the other; a link found outside a quote is not quoted."""
    found: dict[str, Link] = {}
    for link in (link for group in groups for link in group):
        key = _key(link.url)
        found[key] = _merged(found[key], link) if key in found else link
    return tuple(found.values())[:MAX_LINKS]


def _in_text(text: str, quoted: bool) -> list[Link]:
    spans = sorted((match.start(), match.end()) for pattern in (_URL, _BARE) for match in pattern.finditer(text))
    links: list[Link] = []
    for number, (start, end) in enumerate(spans[:5000]):
        url = text[start:end].rstrip(".,;:!?)）。，；、")
        url = "https:" + url if url.startswith("//") else url if "://" in url[:9] else "https://" + url
        before = text[max(spans[number - 1][1] if number else 0, start - 300) : start]
        after = text[end : min(spans[number + 1][0] if number + 1 < len(spans) else len(text), end + 240)]
        link = _link(url, before, after, quoted)
        if link:
            links.append(link)
    return links


def _link(url: str, before: str, after: str, quoted: bool) -> Link | None:
    if _NOISE.search(url):
        return None
    article = next((name for name, pattern in _ARTICLES if pattern.search(url)), "")
    provider = article or next((name for name, pattern in _PROVIDERS if pattern.search(url)), "")
    if not provider:
        if not _WORDS.search(before[-80:] + " " + after[:80]):
            return None
        provider = "其他链接"
    query = {key.lower(): values[0] for key, values in parse_qs(urlsplit(_safe(url)).query).items()}
    near = before + "\n" + after
    code = query.get("pwd", "") or next((match[1] for match in _CODE.finditer(after)), "") or _last(_CODE, before)
    return Link(
        url=clean_line(url, 2000),
        provider=provider,
        name="" if article else _name(query, before, after),
        size=_size(before, after),
        expires=_expiry(url, near),
        code=code if re.fullmatch(r"[A-Za-z0-9]{4,12}", code) else "",
        quoted=quoted,
        article=bool(article),
    )


def _safe(url: str) -> str:
    # urlsplit raises ValueError for "http://[", which hostile text may hold.
    return url.replace("[", "").replace("]", "")


def _name(query: dict[str, str], before: str, after: str) -> str:
    told = re.search(r"filename='([^']{1,200})'", after[:600])
    shared = re.search(r"通过网盘分享的文件[:：]\s*([^\n]{1,100})|链接[:：]?\s*《([^》]{1,100})》", before)
    later = _FILE.search(after[:160])
    names = [
        told[1] if told else "",
        query.get("filename", ""),
        query.get("fname", ""),
        _last(_FILE, before[-260:]),
        later[1] if later else "",
        query.get("title", ""),
        (shared[1] or shared[2]) if shared else "",
    ]
    return next((clean_name(repair_name(name)) for name in names if name.strip()), "")


def _size(before: str, after: str) -> str:
    told = _BYTES.search(after)
    if told:
        return f"{int(told[1]) / 1048576:.2f}M"
    first = _last(_SIZE, before[-160:])
    later = _SIZE.search(after[:120])
    return first or (later[1] if later else "")


def _expiry(url: str, near: str) -> str:
    epoch = _EPOCH.search(near) or _EPOCH.search(url)
    if epoch:
        moment = datetime.fromtimestamp(int(epoch[1]) / 1000, UTC).astimezone(_BEIJING)
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    if "无限期" in near or "永久有效" in near:
        return "无限期"
    for match in _DATE.finditer(near):
        around = near[max(0, match.start() - 14) : match.end() + 10]
        if re.search(r"到期|有效|过期|失效", around):
            return f"{match[1]}年{int(match[2])}月{int(match[3])}日" + (f" {match[4]}" if match[4] else "")
    return ""


def _last(pattern: re.Pattern[str], text: str) -> str:
    last = ""
    for match in pattern.finditer(text):
        last = match[1]
    return last.strip("(（,，")


def _key(url: str) -> str:
    """What makes two addresses the same file: NetEase links one file by a name, a preview and a download address."""
    parts = urlsplit(_safe(url))
    query = parse_qs(parts.query)
    for name in ("file", "key", "k", "identity", "id"):
        if name in query and any(pattern.search(url) for _, pattern in _PROVIDERS[:6]):
            return query[name][0]
    return parts.netloc.lower() + parts.path.rstrip("/") + ("" if "pan.baidu" in parts.netloc else "?" + parts.query)


def _merged(one: Link, other: Link) -> Link:
    return replace(
        one,
        name=one.name or other.name,
        size=one.size or other.size,
        expires=one.expires or other.expires,
        code=one.code or other.code,
        quoted=one.quoted and other.quoted,
    )
