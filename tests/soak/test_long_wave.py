"""A wave at a platform's pace uses what is permitted, asks for no more, and survives a restart."""

from pathlib import Path

from tests.soak.long_wave import wave


async def test_a_long_wave_uses_what_is_permitted_and_nothing_more_and_says_nothing_twice(tmp_path: Path) -> None:
    told = await wave(tmp_path, 800)
    assert (told.duplicates, told.missing) == (0, 0)
    assert told.states == {"shown": 800}
    assert told.lost_at_the_restart > 0
    assert told.used >= 0.98
    assert (told.refused, told.within_retry_after) == (0, 0)
    assert told.grown_mb < 20


async def test_a_long_wave_makes_no_call_inside_a_retry_after_whole_or_fractional(tmp_path: Path) -> None:
    told = await wave(tmp_path, 400, moods={100: 30.0, 200: 2.5, 300: 0.4})
    assert told.refused == 3
    assert told.within_retry_after == 0
    assert (told.duplicates, told.missing) == (0, 0)
