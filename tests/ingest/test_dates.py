from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clock import from_text, to_text
from ingest.dates import parse_date, read_date

NOW = "2026-12-01T00:00:00Z"


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("Tue, 30 Dec 2025 08:52:26 GMT", None, "2025-12-30T08:52:26Z"),
        ("Mon, 08 Dec 2025 18:26:08 -0500", None, "2025-12-08T23:26:08Z"),
        ("Mon, 08 Dec 2025 18:26 PST", None, "2025-12-09T02:26:00Z"),
        ("08 Dec 25 18:26:08 Z", None, "2025-12-08T18:26:08Z"),
        ("Thu, 11 Dec 2025 21:00:00 +0800 (CST)", None, "2025-12-11T13:00:00Z"),
        ("2025-12-11T21:00:00+08:00", None, "2025-12-11T13:00:00Z"),
        ("2025-12-11T21:00:00.123Z", None, "2025-12-11T21:00:00Z"),
        ("2026-06-13 16:37:21  +0800", None, "2026-06-13T08:37:21Z"),
        ("2016/6/29 15:07:41", "Asia/Shanghai", "2016-06-29T07:07:41Z"),
        ("2025-07-01 12:00", "America/New_York", "2025-07-01T16:00:00Z"),
        ("2025-12-11 24:00:00", "Asia/Shanghai", "2025-12-11T16:00:00Z"),
        ("2026年11月20日 09:30", "Asia/Shanghai", "2026-11-20T01:30:00Z"),
        ("2026年1月2日 星期五 下午3时05分", "Asia/Taipei", "2026-01-02T07:05:00Z"),
        ("2026年1月2日 凌晨12:10", "Asia/Taipei", "2026-01-01T16:10:00Z"),
        ("２０２５年12月11日 9：05", "Asia/Taipei", "2025-12-11T01:05:00Z"),
        ("民國114年12月11日 下午3:05", "Asia/Taipei", "2025-12-11T07:05:00Z"),
        ("中華民國 114 年 12 月 11 日", "Asia/Taipei", "2025-12-10T16:00:00Z"),
        ("2025/12/11 下午 03:05", "Asia/Taipei", "2025-12-11T07:05:00Z"),
        ("2025-12-11 晚上 9點05分", "Asia/Taipei", "2025-12-11T13:05:00Z"),
        ("2025年12月11日 上午12:05", "Asia/Taipei", "2025-12-10T16:05:00Z"),
        ("2025年12月11日 中午12:05", "Asia/Taipei", "2025-12-11T04:05:00Z"),
        ("星期四 2025年12月11日（週四）09:30", "Asia/Taipei", "2025-12-11T01:30:00Z"),
        ("12/31/2024 4:05 PM", "America/New_York", "2024-12-31T21:05:00Z"),
        ("31/12/2024 16:05", "Asia/Hong_Kong", "2024-12-31T08:05:00Z"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", None, "1994-11-06T08:49:37Z"),
        ("Dec 11, 2025 4:05 PM EST", None, "2025-12-11T21:05:00Z"),
        ("Thu Dec 11 21:00:00 GMT 2025", None, "2025-12-11T21:00:00Z"),
        ("20251211T210000Z", None, "2025-12-11T21:00:00Z"),
        ("1765400000", None, "2025-12-10T20:53:20Z"),
        ("1765400000000", None, "2025-12-10T20:53:20Z"),
        ("Mon, 08 Dec 2025 18:26:08 CST", "Asia/Shanghai", "2025-12-08T10:26:08Z"),
        ("Mon, 08 Dec 2025 18:26:08 CST", "America/New_York", "2025-12-09T00:26:08Z"),
        ("Mon, 08 Dec 2025 18:26:08 HKT", "Asia/Hong_Kong", "2025-12-08T10:26:08Z"),
    ],
)
def test_formats(raw: str, zone: str | None, expected: str) -> None:
    assert parse_date(raw, zone, NOW) == (expected, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2099-01-01T00:00:00Z", "in the future"),
        ("2026-12-02T00:00:01Z", "in the future"),
        ("Thu, 1 Jan 1970 00:00:00 GMT", "before 1990"),
        ("1989-12-31", "before 1990"),
        ("2025-02-30", "no such date"),
        ("2025-02-30T00:00:00Z", "no such date"),
        ("2025-12-11T21:00:00+25:00", "no such date"),
        ("Mon, 08 Dec 2025 18:26:08 XYZ", "unknown time zone"),
        ("05/20 7:03 am", "unknown date format"),
        ("2025-12", "unknown date format"),
        ("12月11日 09:30", "unknown date format"),
        ("114年12月11日", "unknown date format"),
        ("2025年12月11日 晚上12:05", "no such date"),
        ("03/04/2025", "day or month first"),
        ("03/04/2025 09:30", "day or month first"),
        ("3-4-25", "day or month first"),
        ("yesterday", "relative to a present"),
        ("昨天 09:30", "relative to a present"),
        ("3小时前", "relative to a present"),
        ("2 hours ago", "relative to a present"),
        (" ", "no date given"),
    ],
)
def test_refused_with_a_reason(raw: str, reason: str) -> None:
    text, note = parse_date(raw, None, NOW)
    assert text is None
    assert note is not None
    assert reason in note


def test_a_day_ahead_is_still_believed() -> None:
    # A publisher's clock or zone may be off; a day is more than any zone.
    assert parse_date("2026-12-01T23:59:59Z", None, NOW)[0] == "2026-12-01T23:59:59Z"


def test_a_missing_zone_is_said() -> None:
    assert parse_date("2025-12-11 09:00", None, NOW) == (
        "2025-12-11T09:00:00Z",
        "no zone given, read as UTC",
    )
    assert "Mars/Olympus" in (parse_date("2025-12-11 09:00", "Mars/Olympus", NOW)[1] or "")


def test_a_bare_day_is_marked() -> None:
    read = read_date("2025-12-11", "Asia/Taipei", NOW)
    assert read.day_only
    assert read.moment == datetime(2025, 12, 10, 16, tzinfo=UTC)


@given(st.text(max_size=60))
def test_never_raises_and_always_explains(raw: str) -> None:
    text, note = parse_date(raw, "Asia/Shanghai", NOW)
    assert text is not None or note


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 30), timezones=st.just(UTC)))
def test_what_is_written_in_any_format_is_read_back(moment: datetime) -> None:
    text = to_text(moment)
    for written in (
        text,
        moment.strftime("%d %b %Y %H:%M:%S GMT"),
        moment.strftime("%Y/%m/%d %H:%M:%S +0000"),
        moment.strftime("%Y年%m月%d日 %H:%M:%S") + " +0000",
    ):
        assert parse_date(written, None, NOW) == (text, None)


def test_clock_refuses_naive_times() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_text(datetime(2025, 1, 1))
    with pytest.raises(ValueError, match="not a UTC time"):
        from_text("2025-01-01T00:00:00")
