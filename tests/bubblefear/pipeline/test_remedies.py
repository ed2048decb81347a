"""Whatever can make a feed fail has a remedy in words."""

from __future__ import annotations

from bubblefear.pipeline.remedies import REMEDIES, remedy
from ingest.errors import FetchError, RobotsRefusedError
from ingest.feeds import poll


def codes(kind: type[FetchError] = FetchError) -> set[str]:
    return {kind.code}.union(*(codes(below) for below in kind.__subclasses__()))


def test_every_way_to_fail_has_one() -> None:
    failing = codes() - {RobotsRefusedError.code} | poll._NOTHING_READ | {"feed.gone"}
    assert {code for code in failing if code.startswith("feed.")} <= set(REMEDIES)


def test_an_unknown_one_is_sent_to_the_reason() -> None:
    assert remedy("feed.of_tomorrow") == REMEDIES["feed.fetch"]
