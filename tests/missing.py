"""What a machine lacks for some tests: there they are skipped visibly, and fail where CI=true."""

import os
from typing import NoReturn

import pytest


def cannot_be_tried(why: str) -> NoReturn:
    """Skips the test, or all that need the fixture; `why` says what is missing and how to get it."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
