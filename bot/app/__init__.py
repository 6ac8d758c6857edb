"""The composition root: alone knows every part, opens them in order and closes them in the other."""

from __future__ import annotations

from bot.app.application import Application as Application
from bot.app.database import Memories as Memories
from bot.app.database import back_up_database as back_up_database
from bot.app.database import forget_rehearsal as forget_rehearsal
from bot.app.database import importing as importing
from bot.app.database import keys_of as keys_of
from bot.app.database import migrate_database as migrate_database
from bot.app.database import recalling as recalling
from bot.app.database import restore_database as restore_database
from bot.app.database import rotate_key as rotate_key
from bot.app.line import PATIENCE as PATIENCE
from bot.app.line import Line as Line
from bot.app.line import on_the_line as on_the_line
from bot.app.running import running as running
from bot.starting import CannotStart as CannotStart
