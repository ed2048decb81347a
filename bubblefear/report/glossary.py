"""What the figures of a test mean, and what none can say, for who is no statistician."""

from __future__ import annotations

from typing import Final

TERMS: Final[dict[str, str]] = {
    "declared": "sign, sample, lag, horizon and level were written down, with their hash and time, "
    "before any return was read; everything else is exploratory, a lead and not a finding",
    "p, q": "p is of this test alone: how often chance would give as much where there is nothing; "
    "q is p after correction for all tests of its family (Benjamini and Hochberg), and decides",
    "interval": "where the true value lies, as far as this sample can tell, 95 times in 100",
    "size": "how often the 5 % test says yes where there is nothing to find, measured on simulated "
    "data with the series' own dependence at this very sample; outside 0.03 to 0.075 the simulated "
    "p-value decides instead",
    "mde": "the smallest effect, in the unit of the estimate, that this sample would find 8 times "
    "in 10: a smaller one is not ruled out",
}

_LIMITS: Final = (
    "That fear in the news causes a price to move: both answer to events, and news follows prices "
    "as well as going before them.",
    "That there is no effect where none was found: only that one as large as the mde beside it "
    "would probably have been seen.",
    "Which of the exploratory results would come back in new data: they were seen after the data, "
    "and a family's correction does not count the other families.",
)
_RECONSTRUCTED: Final = (
    "That a reader could have known the index at the time: it was reconstructed, and the model "
    "that scores the texts was trained later than some of them."
)
_LAST: Final = (
    "What happens within the session: prices are daily, and Bitcoin's bars end three to four hours "
    "after New York's close unless bars within the day were given.",
    "What is not in the sources that are polled, and what will happen. None of this is advice.",
)


def limits(kind: str | None) -> list[str]:
    """What the tests cannot say, of an index of that kind (``real-time`` or ``reconstructed``)."""
    return [*_LIMITS, *([_RECONSTRUCTED] if kind == "reconstructed" else []), *_LAST]
