"""File names as clerks give them; {u} stands for the unit's name, {n} for a number."""

SUMMARIES = tuple(
    """
{u}2022年全民终身学习活动周工作总结.docx
{u}2022年全民终身学习活动周总结（盖章）.pdf
关于2022年全民终身学习活动周开展情况的总结.docx
2022年全民终身学习活动周总结-{u}.docx
{u}-工作总结.docx
{u}全民终身学习活动周活动总结.docx
{u}学习周工作汇报.docx
附件1：{u}2022年全民终身学习活动周工作总结.docx
附件1.工作总结.docx
1.工作总结.docx
1-总结.docx
（一）工作总结.docx
01总结（{u}）.docx
总结.docx
总结(1).docx
总结 - 副本.docx
总结（最终版）（2）.docx
工作总结定稿12.26.docx
学习周总结 终稿 主任改.docx
2022全民终身学习周小结.docx
{u}学习周总结20221227.docx
全民终身学习总结材料.docx
学习贯彻二十大 终身学习向未来——{u}活动周总结.docx
2022年全民终身学习活动周总结报告（{u}）.pdf
zongjie.docx
活动开展情况.docx
""".strip().splitlines()
)
CASES = tuple(
    """
{u}典型活动案例.docx
典型活动案例.docx
附件3：典型活动案例（{u}）.docx
附件3.典型案例.docx
3.典型活动案例.docx
（三）典型活动案例1个.docx
03案例.docx
案例.docx
典型案例-{u}.docx
2022年全民终身学习活动周典型案例（{u}）.docx
关于报送全民终身学习典型案例的材料.docx
典型案例（终稿）(1).docx
典型活动案例（盖章）.pdf
优秀案例推荐材料.docx
anli.docx
{u}活动案例.docx
典型事例.docx
""".strip().splitlines()
)
PHOTOS = tuple(
    """
{n}.jpg
0{n}.jpg
图{n}.jpg
照片{n}.jpg
照片{n}（讲座现场）.jpg
{n}、启动仪式.jpg
{n}.二十大精神宣讲进社区.jpg
IMG_20221124_0932{n}5.jpg
IMG_339{n}.JPG
DSC_018{n}.JPG
微信图片_2022122615301{n}.jpg
mmexport16720199823{n}5.jpg
WechatIMG28{n}.jpeg
QQ图片2022122510123{n}.jpg
{u}活动照片{n}.jpg
{u}+照片+{n}.jpg
lADPJv8gT6aX_NDMzQ_{n}280_960.jpg
腾讯会议截图{n}.png
图为志愿者讲解智能手机使用{n}.jpg
hdImg_9f2c1e0a4{n}.jpg
640 ({n}).webp
image{n}.jpeg
""".strip().splitlines()
)
ARCHIVES = (
    "活动照片.zip",
    "精彩学习活动照片.zip",
    "{u}精彩学习活动照片.zip",
    "2.照片.zip",
    "照片打包.zip",
    "图片.zip",
    "新建文件夹.zip",
    "活动照片-{u}.zip",
)
BUNDLES = ("全部材料.zip", "{u}.zip", "{u}-2022年全民终身学习活动周材料.zip", "报送材料（{u}）.zip", "教育厅材料.zip", "附件.zip")
UNCLEAR = (
    "附件1.docx",
    "附件2.docx",
    "附件3.docx",
    "材料.docx",
    "新建 Microsoft Word 文档.docx",
    "文档1.docx",
    "1.docx",
    "2.docx",
    "3.docx",
    "上报材料.docx",
    "特色活动.docx",
)
