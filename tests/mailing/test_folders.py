"""Which folders are read."""

from __future__ import annotations

import pytest

from mailbot.mailing.folders import absent, chosen
from mailbot.mailing.seen import Folder

NETEASE = (
    Folder("INBOX", frozenset()),
    Folder("草稿箱", frozenset({"\\drafts"})),
    Folder("已发送", frozenset({"\\sent"})),
    Folder("已删除", frozenset({"\\trash"})),
    Folder("垃圾邮件", frozenset({"\\junk"})),
    Folder("病毒文件夹", frozenset()),
    Folder("广告邮件", frozenset()),
    Folder("订阅邮件", frozenset()),
    Folder("2021年材料", frozenset()),
)


def test_inbox_comes_first_then_every_drawer_of_the_filters() -> None:
    assert chosen(NETEASE) == ("INBOX", "垃圾邮件", "病毒文件夹", "广告邮件", "订阅邮件")


@pytest.mark.parametrize("flag", ["\\sent", "\\drafts", "\\trash", "\\archive", "\\all", "\\noselect"])
def test_a_folder_of_our_own_is_never_read_whatever_its_name(flag: str) -> None:
    assert chosen([Folder("INBOX", frozenset()), Folder("垃圾邮件", frozenset({flag}))]) == ("INBOX",)


def test_junk_is_found_by_flag_under_any_name_and_by_name_without_a_flag() -> None:
    listed = [Folder("Inbox", frozenset()), Folder("隔离区", frozenset({"\\junk"})), Folder("INBOX.Junk E-mail", frozenset(), ".")]

    assert chosen(listed) == ("Inbox", "隔离区", "INBOX.Junk E-mail")


def test_configured_folders_take_the_place_of_the_found_ones() -> None:
    assert chosen(NETEASE, wanted=["2021年材料", "已发送"]) == ("INBOX", "已发送", "2021年材料")


def test_skipped_folders_are_left_out_but_never_the_inbox() -> None:
    assert chosen(NETEASE, skipped=["订阅邮件", "INBOX"]) == ("INBOX", "垃圾邮件", "病毒文件夹", "广告邮件")


def test_a_configured_folder_that_is_not_there_is_named() -> None:
    assert absent(NETEASE, ["INBOX", "工作总结", "垃圾邮件"]) == ("工作总结",)


def test_without_a_list_the_inbox_is_still_read() -> None:
    assert chosen([]) == ("INBOX",)
