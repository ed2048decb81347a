from __future__ import annotations

import pytest

from bubblefear.review.texts.ages import age

NOW = "2025-11-22T08:00:00Z"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2025-11-22T07:59:30Z", "just now"),
        ("2025-11-22T08:00:30Z", "just now"),  # another machine's clock
        ("2025-11-22T07:59:00Z", "1 minute ago"),
        ("2025-11-22T05:00:01Z", "2 hours ago"),
        ("2025-11-21T08:00:00Z", "1 day ago"),
        ("2020-11-22T08:00:00Z", "1,826 days ago"),
    ],
)
def test_age_in_the_largest_unit_that_has_passed(then: str, said: str) -> None:
    assert age(then, NOW) == said
