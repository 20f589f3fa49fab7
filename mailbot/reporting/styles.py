"""The looks of the workbook's cells, each under a name, so that 40,000 cells share a few styles."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from mailbot.model import MailState, UnitState

FONT = "宋体"
TITLE, NOTE, ALARM, HEADER, GROUP, TEXT, WRAPPED, CENTRED, DATE, FULL_DATE, LATE, LINK = (
    "mb-title",
    "mb-note",
    "mb-alarm",
    "mb-header",
    "mb-group",
    "mb-text",
    "mb-wrapped",
    "mb-centred",
    "mb-date",
    "mb-full-date",
    "mb-late",
    "mb-link",
)

# Fill and font colour, as Excel's own "good / neutral / bad"; the words beside them say the same for who sees no colours.
_GREEN, _YELLOW, _RED, _BLUE, _GREY = (
    ("C6EFCE", "006100"),
    ("FFEB9C", "7F6000"),
    ("FFC7CE", "9C0006"),
    ("DDEBF7", "1F4E78"),
    ("EDEDED", "595959"),
)
_UNIT_COLOURS = {UnitState.COMPLETE: _GREEN, UnitState.PARTIAL: _YELLOW, UnitState.NONE: _RED, UnitState.UNSURE: _BLUE}
_MAIL_COLOURS = {
    MailState.SETTLED: _GREEN,
    MailState.UNSURE: _BLUE,
    MailState.AUTOMATIC: _GREY,
    MailState.STUCK: _RED,
    MailState.KEPT: _YELLOW,
}

_THIN = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def unit_style(state: UnitState) -> str:
    """The name of the style of a unit's state."""
    return f"mb-unit-{state}"


def mail_style(state: MailState) -> str:
    """The name of the style of a mail's state."""
    return f"mb-mail-{state}"


def register(workbook: Workbook) -> None:
    """Make every style known to the workbook."""
    white = Font(name=FONT, size=10, bold=True, color="FFFFFF")
    middle, wrapped = Alignment(vertical="center"), Alignment(vertical="center", wrap_text=True)
    centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
    plain, bold = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
    header_fill, group_fill = PatternFill("solid", fgColor="1F4E78"), PatternFill("solid", fgColor="D9E1F2")
    styles = [
        NamedStyle(TITLE, font=Font(name="黑体", size=16, bold=True), alignment=middle),
        NamedStyle(NOTE, font=plain, alignment=middle),
        NamedStyle(ALARM, font=white, fill=PatternFill("solid", fgColor="C00000"), alignment=middle),
        NamedStyle(HEADER, font=white, fill=header_fill, border=_BOX, alignment=centred),
        NamedStyle(GROUP, font=bold, fill=group_fill, alignment=middle),
        NamedStyle(TEXT, font=plain, border=_BOX, alignment=middle),
        NamedStyle(WRAPPED, font=plain, border=_BOX, alignment=wrapped),
        NamedStyle(CENTRED, font=plain, border=_BOX, alignment=centred),
        NamedStyle(DATE, font=plain, border=_BOX, alignment=centred, number_format="yy-mm-dd hh:mm"),
        NamedStyle(FULL_DATE, font=plain, border=_BOX, alignment=centred, number_format="yyyy-mm-dd hh:mm"),
        NamedStyle(LATE, font=Font(name=FONT, size=10, bold=True, color="C00000"), border=_BOX, alignment=centred),
        NamedStyle(LINK, font=Font(name=FONT, size=10, underline="single", color="0563C1"), border=_BOX, alignment=centred),
    ]
    coloured = {unit_style(state): colours for state, colours in _UNIT_COLOURS.items()}
    coloured |= {mail_style(state): colours for state, colours in _MAIL_COLOURS.items()}
    for name, (fill, colour) in coloured.items():
        font = Font(name=FONT, size=10, bold=True, color=colour)
        styles.append(NamedStyle(name, font=font, fill=PatternFill("solid", fgColor=fill), border=_BOX, alignment=centred))
    for style in styles:
        workbook.add_named_style(style)
