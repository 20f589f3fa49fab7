"""rules/words.yaml: word lists that belong to no single material or unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mailbot.loading.form import Form
from mailbot.loading.slips import Slips
from mailbot.loading.yamlfile import read_table
from mailbot.rulebook import Material, Words

KEYS: Mapping[str, str] = {
    "other_documents": "其他文件",
    "other_forms": "其他表格",
    "plan_signs": "方案和通知的标志",
    "news_signs": "新闻稿的标志",
    "cover_signs": "报送函的标志",
    "template_signs": "模板的标志",
    "partners": "合作用语",
    "decoration_names": "装饰图片名",
    "page_names": "扫描件和表格图片名",
    "correction": "更正用语",
    "supplement": "补报用语",
    "withdrawal": "撤回用语",
    "question": "询问用语",
    "no_question": "不算询问的用语",
    "thanks": "致谢用语",
    "promise": "稍后再发用语",
    "nothing_to_send": "没有材料用语",
    "advert": "广告用语",
    "automatic_subjects": "自动邮件主题（正则）",
    "automatic_openings": "自动邮件开头",
    "service_senders": "系统发件人",
    "public_mail": "公共邮箱",
}
"""Field of Words -> key in the file."""


def load_words(path: Path, slips: Slips) -> Words | None:
    """The word lists; a list that is left out is empty. None if the file cannot be read."""
    table = read_table(path, slips)
    if table is None:
        return None
    form = Form(table, slips)
    _check_patterns(form, KEYS["automatic_subjects"])
    words = Words(**{field: form.texts(key) for field, key in KEYS.items()})
    form.done()
    return words


def without_materials(words: Words, materials: Mapping[str, Material]) -> Words:
    """The lists of what is no material, without the words for what this collection asks for (证书, where 获奖证书 are asked).

    The lists are taken over from another collection, and a clerk who collects 报名表 or 获奖证书 thinks of materials.yaml only.
    """
    asked = tuple(word for material in materials.values() for word in (material.name, *material.strong))
    shown = tuple(word for material in materials.values() if material.pictures for word in (material.name, *material.strong))
    return replace(
        words,
        other_documents=_not_ending(words.other_documents, asked),
        other_forms=_not_ending(words.other_forms, asked),
        page_names=_not_ending(words.page_names, shown),
        decoration_names=_not_ending(words.decoration_names, shown),
    )


def _not_ending(listed: tuple[str, ...], asked: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in listed if not any(said.endswith(word) for said in asked))


def _check_patterns(form: Form, key: str) -> None:
    for item in form.items(key):
        try:
            re.compile(item.value)
        except re.error as error:
            form.slips.add(
                item.line, f"“{item.value}”不是正确的正则表达式：{error.msg}", "只想写普通的词时，在 ( ) [ ] . * + ? 前面加反斜杠 \\"
            )
