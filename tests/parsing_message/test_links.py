"""Material behind links, in the shapes of mail-facts section 2: found with name, size, expiry and code, and never fetched."""

from __future__ import annotations

import pytest

from mailbot.model import Link
from mailbot.parsing.links import find_links
from tests.parsing_message.conftest import Read
from tests.parsing_message.mails import mail, multipart, nested, part, text_part


def only(text: str = "", html: str = "") -> Link:
    (link,) = find_links(text, html)
    return link


NETEASE = """<div id="divNeteaseBigAttach"><div>从网易126邮箱发来的超大附件</div>
<a href="https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;file=AbC123&amp;title=x" download="https://mail.163.com/dl?file=AbC123"
 filename="活动照片.zip" filesize="3781934" expiretime="1669354526418"><img src="http://mimg.127.net/xm/all/fj/ico-bfile-1.gif"></a>
<a href="https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;file=AbC123">活动照片.zip</a>
(3.61M, 2022年11月25日 13:35 到期)
<a href="http://fs.163.com/fs/preview/?file=AbC123">预览</a></div>"""


def test_a_netease_cloud_attachment_is_one_link_with_everything_it_tells() -> None:
    link = only(html=NETEASE)
    assert (link.provider, link.name, link.size, link.expires) == ("网易邮箱超大附件", "活动照片.zip", "3.61M", "2022年11月25日 13:35")


def test_a_qq_big_attachment_in_plain_text_is_read() -> None:
    text = "从QQ邮箱发来的超大附件\n\n总结 照片.rar (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=0a1b&t=exs_ftn_download&code=7c8d"
    link = only(text)
    assert (link.provider, link.name, link.size, link.expires) == ("QQ邮箱超大附件", "照片.rar", "128.03M", "2020年11月27日 21:59")


def test_a_baidu_share_with_its_code_is_read() -> None:
    text = (
        "通过网盘分享的文件：活动照片\n链接: https://pan.baidu.com/s/1AbC_d-E 提取码: x1y2 \n"
        "复制这段内容后打开百度网盘手机App，操作更方便哦\n--来自百度网盘超级会员v3的分享"
    )
    link = only(text)
    assert (link.provider, link.url, link.code, link.name) == ("百度网盘", "https://pan.baidu.com/s/1AbC_d-E", "x1y2", "活动照片")


def test_the_code_may_stand_in_the_address() -> None:
    assert only("https://pan.baidu.com/s/1AbC?pwd=q9w8").code == "q9w8"


def test_an_address_typed_without_https_is_a_link() -> None:
    assert only("照片在 pan.baidu.com/s/1AbCdEf 密码：ab12").code == "ab12"


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://mail.163.com/large-attachment-download/index.html?p=X-NTES-HUGE-ATTACHMENT&file=a", "网易邮箱超大附件"),
        ("http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=a", "网易邮箱超大附件"),
        ("http://u.163.com/abcd", "网易邮箱超大附件"),
        ("https://fs.qiye.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=a", "网易企业邮箱超大附件"),
        ("https://edisk.qiye.163.com/api/biz/attachment/download?identity=a", "网易企业邮箱超大附件"),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=a", "网易邮箱大师云附件"),
        ("https://wx.mail.qq.com/ftn/download?func=3&key=a&code=b", "QQ邮箱超大附件"),
        ("https://iwx.mail.qq.com/ftn/download?func=3&key=a&code=b", "QQ邮箱超大附件"),
        ("https://exmail.qq.com/cgi-bin/ftnExs_download?k=a&s=email", "腾讯企业邮箱超大附件"),
        ("https://mail.sina.com.cn/filecenter/download.php?id=a", "新浪邮箱中转站"),
        ("https://download.cloud.189.cn/file/downloadFile.action?dt=1&expired=1669354526418", "天翼云"),
        ("https://1drv.ms/u/s!abc", "OneDrive"),
        ("https://www.123pan.com/s/abc-d", "123云盘"),
        ("https://wwa.lanzoux.com/iabc", "蓝奏云"),
        ("https://www.aliyundrive.com/s/abc", "阿里云盘"),
        ("https://www.alipan.com/s/abc", "阿里云盘"),
        ("https://pan.quark.cn/s/abc", "夸克网盘"),
        ("https://share.weiyun.com/abc", "腾讯微云"),
        ("https://docs.qq.com/doc/abc", "腾讯文档"),
        ("https://kdocs.cn/l/abc", "金山文档"),
        ("https://www.wenshushu.cn/f/abc", "文叔叔"),
        ("https://f.ws59.cn/f/abc", "文叔叔"),
        ("https://cowtransfer.com/s/abc", "奶牛快传"),
        ("https://caiyun.139.com/m/i?abc", "139邮箱"),
        ("https://www.ecpan.cn/web/#/share", "移动云盘"),
        ("https://share.feijipan.com/s/abc", "小飞机网盘"),
        ("https://mail.jlu.edu.cn/coremail/nf/download.jsp?id=1", "Coremail中转站"),
    ],
)
def test_every_known_provider_is_known(url: str, provider: str) -> None:
    assert only(f"见 {url} 谢谢").provider == provider


@pytest.mark.parametrize("url", ["https://mp.weixin.qq.com/s/abc", "https://www.meipian.cn/4abc"])
def test_articles_are_told_from_files(url: str) -> None:
    assert only(f"活动报道：{url}").article


def test_any_link_beside_a_telling_word_counts() -> None:
    assert only("文件中转站：https://files.jlu.edu.cn/x/1 有效期至2022年12月30日").expires == "2022年12月30日"
    assert find_links("学校主页 https://www.jlu.edu.cn/ 欢迎访问") == ()


@pytest.mark.parametrize(
    "noise",
    [
        "超大附件 http://mimg.127.net/xm/all/fj/ico-bfile-3.gif",
        "网盘 https://mail.qq.com/cgi-bin/readmail_businesscard?x=1",
        "网盘 https://mail.qq.com/cgi-bin/get_mailhead_icon?x=1",
        "http://[",
        "https://",
    ],
)
def test_noise_is_no_link(noise: str) -> None:
    assert find_links(noise) == ()


def test_forever_is_an_expiry_too() -> None:
    assert only("总结.zip (12M, 无限期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=1").expires == "无限期"


def test_a_link_in_the_quoted_old_mail_is_marked_and_one_in_the_senders_words_is_not(read: Read) -> None:
    own, old = "https://pan.baidu.com/s/1own", "https://pan.baidu.com/s/1old"
    html = f'<p>照片 <a href="{own}">这里</a></p><div>---原始邮件---</div><p>发件人：x</p><a href="{old}">旧</a>'
    facts = read(
        multipart(
            nested(text_part(f"照片 {own}\n---原始邮件---\n旧 {old}"), part(b"Content-Type: text/html; charset=utf-8", html.encode()))
        )
    )
    assert [(link.url, link.quoted) for link in facts.links] == [(own, False), (old, True)]


def test_a_mail_with_only_a_cloud_attachment_has_a_link_and_no_doubt_about_its_claim(read: Read) -> None:
    facts = read(mail(NETEASE.encode(), extra=b"Content-Type: text/html; charset=utf-8\r\nX-Has-Attach: yes\r\n"))
    assert [link.name for link in facts.links] == ["活动照片.zip"]
    assert facts.doubts == ()
