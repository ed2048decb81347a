"""The days of a run, what is served on them, and the fits of its growth."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bench.longrun import growth, items, market, press
from bench.longrun.days import Lived
from bench.longrun.newsroom import made_up
from bench.longrun.plan import KILLED, LEAST_DAYS, MISSED, REPEATED, Day, days
from bench.longrun.server import World

NOON = datetime(2025, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def news() -> list[items.Item]:
    return items.between("2025-11-20", "2025-11-28", 120, real=False)


@pytest.mark.parametrize("count", [LEAST_DAYS, 7, 20, 60])
def test_every_kind_of_day_is_there(count: int) -> None:
    found = days(count)
    assert len(found) == count
    assert Counter(day.what for day in found if day.what) == {MISSED: 1, KILLED: 1, REPEATED: 1}
    assert "2025-11-28" in {day.date for day in found}
    assert not any(day.morning for day in found if day.what == MISSED)
    assert any(datetime.fromisoformat(day.date).weekday() >= 5 for day in found)


def test_made_up_news_are_always_the_same_and_of_both_scripts() -> None:
    first, again = (list(made_up("2025-11-20", "2025-11-21", 50)) for _ in range(2))
    assert first == again
    assert {row[4] for row in first} == {"en", "zh-Hans", "zh-Hant"}


def _desks(news: list[items.Item]) -> list[press.Desk]:
    return press.desks(news, 80, 9, 40)


def test_a_feed_shows_nothing_of_the_future_and_late_items_later(news: list[items.Item]) -> None:
    for desk in _desks(news):
        shown = desk.window(NOON)
        assert shown
        assert all(one.at <= NOON for one in shown)
        assert all(one.item.published_at <= NOON.isoformat() for one in shown)
    late = next(item for item in news if item.number % press.LATE == 1)
    desk = next(desk for desk in _desks(news) if desk.name == late.desk)
    out = datetime.fromisoformat(late.published_at)
    assert late not in [one.item for one in desk.window(out + timedelta(hours=25))]
    assert late in [one.item for one in desk.window(out + timedelta(hours=27))]


def test_what_came_yesterday_gets_new_addresses_for_good(news: list[items.Item]) -> None:
    midnight = NOON.replace(hour=0)
    desk = next(desk for desk in _desks(news) if desk.answer(NOON, None).status == 200)
    texts = [
        desk.answer(when, midnight).body.decode() for when in (NOON, NOON + timedelta(hours=9))
    ]
    assert all("/again/" in text and "/news/" in text for text in texts)
    assert "/again/" not in desk.answer(NOON, None).body.decode()


def test_a_page_opens_for_all_a_day_later_or_never(news: list[items.Item]) -> None:
    slow = next(n for n in news if n.number % 3 and n.number % 7 and n.number % press.LATE != 1)
    out = datetime.fromisoformat(slow.published_at)
    assert press.page(slow, out + timedelta(hours=1)).status == 403
    assert press.page(slow, out + timedelta(hours=21)).status == 200
    assert press.page(news[7], NOON + timedelta(days=99)).status == 403


def test_an_unchanged_feed_is_told_by_either_validator(news: list[items.Item]) -> None:
    world = World(news, 9, real=False, now="2025-11-26T12:00:00Z")
    world.open_at(80)
    kinds = set()
    for desk in world.desks:
        answer = world.answer(f"/feed/{desk.number}", {})
        if answer.kind != "application/xml":
            continue
        asked = {"if-none-match": answer.etag} if answer.etag else {}
        asked |= {"if-modified-since": answer.modified} if answer.modified else {}
        known = {name: value for name, value in asked.items() if value}
        assert world.answer(f"/feed/{desk.number}", known).status == 304
        kinds.add(frozenset(known))
    assert len(kinds) == 3  # one of them, the other, both


def test_prices_end_with_the_simulated_day() -> None:
    found = market.series("BTC-USD", real=False)
    assert found is not None
    result = found.answer(0, 2**32, "2025-11-26T12:00:00Z")["chart"]["result"][0]
    assert datetime.fromtimestamp(result["timestamp"][-1], UTC).date().isoformat() == "2025-11-26"
    assert len(result["timestamp"]) == len(result["indicators"]["quote"][0]["close"])


def _run(bytes_of: list[int], **process: list[float]) -> list[Lived]:
    return [
        Lived(
            Day(n, "2025-11-26", morning=False, what=""),
            process={name: values[n] for name, values in process.items()},
            entries=100 * (n + 1),
            bytes=size,
        )
        for n, size in enumerate(bytes_of)
    ]


def test_growth_with_the_data_is_fine_and_faster_growth_is_told() -> None:
    straight = growth.of_database(_run([5000 * (n + 1) for n in range(12)]))
    assert straight["bytes_a_new_entry"] == [50, 50]
    assert growth.wrong_database(straight) == []
    assert growth.wrong_database(growth.of_database(_run([500 * n * n for n in range(12)])))


def test_memory_that_grows_each_day_is_told() -> None:
    flat = _run([1] * 12, rss_mb=[600 + n % 3 for n in range(12)])
    leak = _run([1] * 12, rss_mb=[600 + 8 * n for n in range(12)])
    assert growth.wrong_memory(growth.of_memory(flat, "rss_mb"), "rss_mb") == []
    assert growth.wrong_memory(growth.of_memory(leak, "rss_mb"), "rss_mb")


def test_files_and_threads_that_pile_up_are_told() -> None:
    flat = _run([1] * 9, files=[12.0] * 9, threads=[3.0] * 9)
    leak = _run([1] * 9, files=[12.0 + n for n in range(9)], threads=[3.0] * 9)
    assert growth.wrong_handles(flat) == []
    assert growth.wrong_handles(leak) == ["files grew from 14 to 20"]
