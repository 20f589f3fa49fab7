"""The log: lines for people, or one JSON object a line; numbers and kinds only, never a subject, a name or an address of a sender."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from mailbot.config import Config, LogFormat
from mailbot.errors import fault_of

log = logging.getLogger("mailbot")

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """One record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The moment in UTC, level, logger and sentence; of an error also its kind and place, never its message."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": moment, "level": record.levelname, "where": record.name, "text": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = fault_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def start_log(config: Config) -> None:
    """Write to standard error from now on; of the packages we use only their warnings, since they log whole mails."""
    lines = logging.StreamHandler()
    lines.setFormatter(JsonLines() if config.log_format is LogFormat.JSON else logging.Formatter(_TEXT))
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(logging.WARNING)
    set_level(config)


def saying(config: Config, aloud: Callable[[str], object]) -> Callable[[str], object]:
    """How the daemon speaks: aloud to people, or in the log where a program reads all of it."""
    return log.warning if config.log_format is LogFormat.JSON else aloud


def set_level(config: Config) -> None:
    """Say from this level on."""
    logging.getLogger("mailbot").setLevel(config.log_level)
