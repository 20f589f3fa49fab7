"""What a loose picture is: a photo to file, a decoration, or a page of text that a person must read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.deciding.filename import Naming, read_name, stem_of
from mailbot.deciding.lexicon import Lexicon, any_of, lexicon_of
from mailbot.model import Disposition, Evidence, Facts, FileVerdict, Item, Picture, PictureKind, Problem
from mailbot.rulebook import Rulebook

_TAIL = re.compile(r"[\s\d()\[\]_\-.副本]+$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names that cameras, phones and chat programs give (mail-facts 3.3); technical, the same in every collection.
_THUMBNAIL = 200 * 150  # pixels
_CAMERA = re.compile(
    r"^(?:img|dsc|dscn|dscf|_mg|pxl|mvimg|p\d|mmexport|wx_camera|微信图片|wechatimg|qq图片|qq截图|hdimg|ladp|beauty|screenshot|"
    r"照片|图片?|photo|image|640|\d+)[\w\s().\-]*$"
)
_AUTOMATIC = re.compile(r"^(?:image|img|图片|picture|outlook-?)[\s_\-]*[\da-z]{0,8}(?:[\s(]*\d*\)?)$")
_SCAN = re.compile(r"扫描|盖章|传真|红头|scan|全能王")
PAPER = re.compile(r"[表格单书件知证函章]$")
# 学员拿到证书, 填写登记表: people who do something with a paper, where the picture shows people.
_DOES = re.compile(r"(?:领|拿|接|捧|举|持|颁|授|发|赠|送|填|写|签|看|收|取|晒|得|到|过|展示|讲解)$")
# What a screenshot of a meeting or a lesson on the net is called by; without any of it a page of text is a table or a chat.
_LIVE = re.compile(r"会|直播|线上|网上|在线|云|腾讯|钉钉|课|讲|培训|活动|论坛|启动|学习|现场|授课|读书")
_SCREENSHOT = re.compile(r"截图|截屏|捕获|screenshot")
_SMALL_SIDE, _SMALL_BYTES = 480, 15_000  # an inline picture below this is a signature, not a photo (mail-facts 3.3)
_LOW_SIDE = 600  # pixels on the longest side: too small to print, worth a gentle remark


@dataclass(frozen=True, slots=True)
class _Seen:
    """One picture with what its own name and its folder say."""

    item: Item
    picture: Picture
    name: Naming
    folder: Naming
    stem: str  # the name without number and extension
    material: str | None  # the material of pictures it would be


def picture_verdict(item: Item, facts: Facts, rulebook: Rulebook) -> FileVerdict:
    """The verdict over one picture file; contents (`Picture.kind`) beat the name, except that a table named 签到表 is one."""
    if item.picture is None:
        return _unread(item)
    lexicon = lexicon_of(rulebook)
    seen = _look(item, item.picture, lexicon)
    verdict = _by_name(seen, rulebook, lexicon) or _by_kind(seen, facts)
    # Half a photo still looks like one; the unit has the whole one and can send it again.
    broken = item.problem in (Problem.TRUNCATED, Problem.CORRUPT)
    return _unread(item) if broken and verdict.disposition is Disposition.FILED else verdict


def _look(item: Item, picture: Picture, lexicon: Lexicon) -> _Seen:
    name, folder = read_name(item.name, lexicon), read_name(folder_of(item.path), lexicon)
    named = [material for naming in (name, folder) for material in naming.strong() if material in lexicon.pictures]
    material = named[0] if named else lexicon.pictures[0] if len(lexicon.pictures) == 1 else None
    return _Seen(item, picture, name, folder, _TAIL.sub("", stem_of(item.name)), material)


def folder_of(path: str) -> str:
    """The innermost folder or archive a file lies in: 材料.zip/照片/1.jpg -> 照片."""
    return path.rpartition("/")[0].rpartition("/")[2]


def _by_name(seen: _Seen, rulebook: Rulebook, lexicon: Lexicon) -> FileVerdict | None:
    """What the name decides whatever the picture shows: logo, table, the page of a document."""
    pages = any_of(rulebook.words.page_names)
    material = next((one for one in seen.name.strong() if seen.stem.endswith(seen.name.words[one])), None)
    if material in lexicon.documents:
        word = seen.name.words[material]
        return _verdict(seen, Disposition.UNSURE, f"文件名写的是“{word}”，却是图片，可能是拍照或扫描的纸质材料，需人工核对")
    if material and (pages.search(seen.name.words[material]) or PAPER.search(seen.name.words[material])):
        # 获奖证书.jpg where certificates are asked: a page is what they want.
        return _filed(seen, material, f"文件名写的是“{seen.name.words[material]}”", ())
    return None if seen.name.strong() else _by_other_name(seen, rulebook, pages)


def _by_other_name(seen: _Seen, rulebook: Rulebook, pages: re.Pattern[str]) -> FileVerdict | None:
    if any_of(rulebook.words.decoration_names).search(seen.stem) and not _AUTOMATIC.match(stem_of(seen.item.name)):
        return _verdict(seen, Disposition.IGNORED, "文件名表明是标志、二维码之类的图片，不是活动照片")
    if _SCAN.search(seen.stem):
        return _verdict(seen, Disposition.UNSURE, "像是扫描的纸质材料，需人工核对")
    word = _last_page_word(seen, pages)
    before = seen.stem.removesuffix(word)
    caption = not PAPER.search(word) or (before != seen.stem and _DOES.search(before) is not None)
    if not word or (seen.picture.kind is PictureKind.PHOTO and caption):
        return None  # 嘉宾签到.jpg that shows people is a photo; 签到表.jpg is a table however it was taken
    if any(word in said for one in rulebook.materials.values() if not one.pictures for said in (one.name, *one.strong)):
        # 证书/1.jpg, 工作总结/1.jpg: pages of what is asked for, most likely.
        return _verdict(seen, Disposition.UNSURE, f"名称写的是“{word}”，却是图片，可能是拍照或扫描的纸质材料，需人工核对")
    return _verdict(seen, Disposition.IGNORED, f"文件名表明是“{word}”，不是活动照片")


def _last_page_word(seen: _Seen, pages: re.Pattern[str]) -> str:
    """签到表, 证书 at the end of the name (or of the folder's); 颁发证书现场 is a photo of people."""
    for text, naming in ((seen.stem, seen.name), (_TAIL.sub("", stem_of(folder_of(seen.item.path))), seen.folder)):
        found = [match for match in pages.finditer(text) if match.end() == len(text)]
        if found:
            return found[-1].group()
        if naming.other_strength >= 3 and not naming.strong() and text.endswith(naming.other):
            return naming.other
    return ""


def _by_kind(seen: _Seen, facts: Facts) -> FileVerdict:
    if seen.material is None:
        return _verdict(seen, Disposition.UNSURE, "图片属于哪一种材料，从文件名看不出来")
    if seen.picture.kind is PictureKind.DECORATION:
        return _shows_decoration(seen, seen.material, facts)
    by_kind = {
        PictureKind.PHOTO: _shows_photo,
        PictureKind.CODE: _shows_code,
        PictureKind.PAGE: _shows_page,
    }
    judge = by_kind.get(seen.picture.kind)
    return judge(seen, seen.material) if judge else _shows_something(seen, seen.material, facts)


def _shows_photo(seen: _Seen, material: str) -> FileVerdict:
    picture = seen.picture
    small = max(picture.width, picture.height) < _SMALL_SIDE or picture.size < _SMALL_BYTES
    if seen.item.inline and seen.item.content_id and small:
        return _verdict(seen, Disposition.IGNORED, "正文里的小图片，是签名或装饰")
    return _filed(seen, material, "图片内容是照片", _small_hint(seen))


def _shows_decoration(seen: _Seen, material: str, facts: Facts) -> FileVerdict:
    """A tiny picture is taken for decoration; called 活动照片1.jpg, or 3.jpg beside photos, and of a photo's shape it is one sent too
    small."""
    named = _photo_name(seen) >= 3 or (_is_numbered_thumbnail(seen) and _beside_photos(seen, facts))
    if not seen.item.inline and named and _photo_shaped(seen.picture):
        return _filed(seen, material, "文件名表明是活动照片，像素较小", _small_hint(seen))
    return _verdict(seen, Disposition.IGNORED, seen.picture.because or "图标或装饰图片，不是活动照片")


def _is_numbered_thumbnail(seen: _Seen) -> bool:
    return seen.picture.width * seen.picture.height <= _THUMBNAIL and seen.item.name.rpartition(".")[0].isdigit()


def _shows_code(seen: _Seen, _material: str) -> FileVerdict:
    """No photo whatever its name says: 欢迎各位来学习.png was one."""
    return _verdict(seen, Disposition.IGNORED, seen.picture.because or "二维码，不是活动照片")


def _shows_page(seen: _Seen, material: str) -> FileVerdict:
    if _SCREENSHOT.search(seen.stem) and _photo_name(seen) >= 2 and _LIVE.search(seen.stem):
        return _filed(seen, material, "线上活动的截图，按照片登记", ())
    return _verdict(seen, Disposition.UNSURE, "看上去是扫描或拍照的文字页、表格，需人工核对")


def _shows_something(seen: _Seen, material: str, facts: Facts) -> FileVerdict:
    if _photo_name(seen) or _beside_photos(seen, facts):
        return _filed(seen, material, "文件名或同一文件夹里的其他图片表明是活动照片", _small_hint(seen))
    if seen.item.inline:
        return _verdict(seen, Disposition.IGNORED, "正文里的图片，看不出是活动照片")
    return _verdict(seen, Disposition.UNSURE, "看不出是照片还是其他图片，需人工核对")


def _photo_name(seen: _Seen) -> int:
    """3: a word for photos in the name or folder, or a caption; 2: a word that needs help beside others; 1: a camera's name; 0."""
    material = seen.material or ""
    if max(seen.name.materials.get(material, 0), seen.folder.materials.get(material, 0)) >= 3:
        return 3
    if _SCREENSHOT.search(seen.stem):
        rest = re.sub(r"qq|微信|屏幕|截图|截屏|捕获|[\W\d_a-z]", "", seen.stem)
        return 2 if len(_CHINESE.findall(rest)) >= 2 else 1
    if len(_CHINESE.findall(seen.stem)) >= 4 and not seen.name.other and not _CAMERA.match(seen.stem):
        return 3
    return 1 if _CAMERA.match(stem_of(seen.item.name)) or _CAMERA.match(seen.stem) else 0


def _photo_shaped(picture: Picture) -> bool:
    shorter, longer = sorted((picture.width, picture.height))
    return shorter >= 100 and longer <= 2.4 * shorter


def _beside_photos(seen: _Seen, facts: Facts) -> bool:
    folder = seen.item.path.rpartition("/")[0]
    return any(
        other.picture is not None and other.picture.kind is PictureKind.PHOTO and not other.inline
        for other in facts.items
        if other.path != seen.item.path and other.path.rpartition("/")[0] == folder
    )


def _small_hint(seen: _Seen) -> tuple[str, ...]:
    if 0 < max(seen.picture.width, seen.picture.height) < _LOW_SIDE:
        return (f"照片“{seen.item.name}”像素较小（{seen.picture.width}×{seen.picture.height}），如有原图欢迎补发",)
    return ()


def _unread(item: Item) -> FileVerdict:
    problem = item.problem or Problem.CORRUPT
    disposition = (
        Disposition.UNSURE if problem in (Problem.TOO_LARGE, Problem.READER_FAILED, Problem.UNSUPPORTED) else Disposition.UNREADABLE
    )
    return FileVerdict(item.path, disposition, f"图片打不开：{problem.sentence}", evidence=(Evidence("图片", problem.sentence, "", 0),))


def _filed(seen: _Seen, material: str, because: str, hints: tuple[str, ...]) -> FileVerdict:
    return FileVerdict(
        seen.item.path, Disposition.FILED, because, materials=(material,), count=1, evidence=_evidence(seen, material), hints=hints
    )


def _verdict(seen: _Seen, disposition: Disposition, because: str) -> FileVerdict:
    return FileVerdict(seen.item.path, disposition, because, evidence=_evidence(seen, ""))


_SHOWN = {
    PictureKind.PHOTO: "照片",
    PictureKind.DECORATION: "装饰图",
    PictureKind.CODE: "二维码",
    PictureKind.PAGE: "文字页",
    PictureKind.UNKNOWN: "不明",
}


def _evidence(seen: _Seen, material: str) -> tuple[Evidence, ...]:
    picture = seen.picture
    text = f"{_SHOWN[picture.kind]} {picture.width}×{picture.height}" + (f"，{picture.because}" if picture.because else "")
    found = [Evidence("图片内容", text, material, 3 if picture.kind is not PictureKind.UNKNOWN else 0)]
    for source, naming in (("文件名", seen.name), ("文件夹名", seen.folder)):
        found += [Evidence(source, word, named, naming.materials[named]) for named, word in naming.words.items()]
    return tuple(found)
