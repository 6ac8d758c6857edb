"""A line of the log is one JSON object: a sentence, and ids for machines."""

from __future__ import annotations

import json
import logging

from bot.logs import JsonLines


def test_the_line_of_an_alarm_names_the_alarm() -> None:
    record = logging.makeLogRecord({"msg": "A person must see to it.", "action": "alarm", "alarm": "room:committee"})
    line = json.loads(JsonLines().format(record))
    assert (line["says"], line["action"], line["alarm"]) == ("A person must see to it.", "alarm", "room:committee")
