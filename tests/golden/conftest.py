"""The option that writes golden files anew: `pytest tests/golden --golden-write`, then read the difference."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-write", action="store_true", default=False, help="write the golden JSON instead of comparing with it"
    )


@pytest.fixture
def golden_write(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written. Never so by itself."""
    return bool(request.config.getoption("--golden-write", default=False))
