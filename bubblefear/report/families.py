"""What each family of tests asks and how it answers, in words for a reader of its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Family:
    """A family of tests.

    Attributes:
        title: a heading.
        what: the question, one sentence.
        how: how it is answered and what guards against a wrong answer.
        reads: how its estimate, or its plot, is read.
    """

    title: str
    what: str
    how: str
    reads: str = ""


def family(name: str) -> Family:
    """The words of a family; of one that is not described here only its name is said."""
    return FAMILIES.get(name, Family(name, "", ""))


FAMILIES: Final[dict[str, Family]] = {
    "stationarity": Family(
        "Unit roots and stationarity",
        "Do the index and the returns keep returning to a level, as the other tests need?",
        "The augmented Dickey-Fuller test, whose null is a unit root, stands beside KPSS, whose "
        "null is stationarity; lags by BIC. A condition of the tests below, not a discovery.",
        "The estimate is the Dickey-Fuller statistic: the more negative, the clearer.",
    ),
    "contemporaneous": Family(
        "The same session",
        "Do prices fall in the session in which fear rises?",
        "Returns are regressed on the innovation of the published index, the part that its own "
        "past does not tell, without and with the market's return; errors allow for dependence.",
        "Percent of return for one standard deviation of the innovation. It says that the two go "
        "together, not which moved first.",
    ),
    "predictive": Family(
        "The sessions after",
        "Does fear tell the returns of the next sessions?",
        "Returns ahead are regressed on the real-time index and its own lags, which hold nothing "
        "that was unknown at the close; errors allow for horizons that overlap.",
        "Percent over the horizon for one standard deviation of what was new in fear.",
    ),
    "persistent": Family(
        "Prediction by a persistent index",
        "Does the prediction stand when the index moves slowly?",
        "A slow predictor whose shocks go with returns biases the usual regression and makes it "
        "reject too often; the estimate is corrected for that bias or instrumented by a less "
        "persistent series, and the test keeps its size whatever the persistence.",
    ),
    "downside": Family(
        "Falling with technology",
        "Does Bitcoin fall with technology shares, and more than it rises with them?",
        "Its return is regressed on the factor's gains and losses apart; a Wald test compares the "
        "two slopes.",
        "Percent for each percent by which the factor falls. A high slope in falls alone is no "
        "asymmetry: compare it with the slope in rises.",
    ),
    "quantile": Family(
        "The tail",
        "Is fear worse for the bad sessions than for the usual one?",
        "Quantiles of the return are regressed on the fear innovation; errors come from a "
        "bootstrap of blocks of sessions, which keeps their dependence.",
        "The change of that quantile of the return, in percent, for one standard deviation.",
    ),
    "correlation": Family(
        "Correlation",
        "How closely do Bitcoin and technology shares move together?",
        "Correlation of returns over the whole sample and over moving windows, with intervals. "
        "Correlation of price levels is shown only beside it, with a warning: two trends "
        "correlate whatever they are.",
        "The curve follows the window's last session.",
    ),
    "granger": Family(
        "Which comes first",
        "Do lags of fear help to tell returns, or lags of returns fear?",
        "Each is regressed on lags of both; all lags of the other are tested together, in both "
        "directions.",
        "The estimate is the sum of the lags, which the joint test is not of: read it as the sign.",
    ),
    "weekend": Family(
        "While New York is closed",
        "Does Bitcoin react to fear when no share is traded?",
        "Its return over weekends and holidays is regressed on the fear innovation of the session "
        "that opens afterwards; what happens then cannot come by way of share prices.",
    ),
    "toda-yamamoto": Family(
        "Which comes first, whatever the trends",
        "Does the order of fear and prices stand without deciding on unit roots first?",
        "A vector autoregression in levels gets more lags than it needs, as many as the series "
        "could be integrated, and the needed ones are tested: the test keeps its distribution "
        "whether the series have trends or not (Toda and Yamamoto 1995).",
    ),
    "local-projections": Family(
        "The path after a shock",
        "How do prices move in the sessions after a rise of fear, in calm and in stress?",
        "One regression for each session ahead, on its own sample (Jorda 2005); the dark interval "
        "holds for each step, the light band for the whole path at once.",
        "A path whose light band never leaves out 0 is no finding, whatever single steps do.",
    ),
    "connectedness": Family(
        "Connectedness",
        "How much of each series' uncertainty comes from shocks to the others?",
        "Forecast-error variances of a vector autoregression are divided among the shocks "
        "(Diebold and Yilmaz 2012), also by speed (Barunik and Krehlik 2018) and over moving "
        "windows.",
        "Arrows lead from who gives to who takes, as wide as the net share; a node is as large as "
        "what it gives to all others. The division needs no order and claims no cause.",
    ),
    "garch": Family(
        "Volatility",
        "Does fear raise the volatility of the next session?",
        "The variance of a GARCH model gets the fear of the session before as a further term.",
    ),
    "events": Family(
        "Events",
        "Did prices move more around single days than the market and chance would have them?",
        "Returns less what market and technology would let expect, scaled by their volatility at "
        "the time, are summed over the window and ranked among placebo days.",
        "One event is one observation: the rank among placebo days, not a t-test, says how rare.",
    ),
    "mediation": Family(
        "By way of technology shares",
        "Does fear reach Bitcoin through technology shares?",
        "The effect is divided into one by way of technology shares and a direct one, with "
        "bootstrap intervals; the reverse path is shown as well, and how strong an unseen common "
        "cause would have to be to explain it all.",
        "Where the reverse path is as strong, the order is not settled by these data.",
    ),
    "threshold": Family(
        "Two regimes",
        "Is the effect another above some level of stress?",
        "The sample is split where it fits best; the p-value comes from a bootstrap that searches "
        "for the split as well (Hansen 1996).",
    ),
    "breaks": Family(
        "Breaks",
        "Did the relation change for good, and when?",
        "Breaks at unknown dates are searched for and tested together, with intervals for their "
        "dates (Bai and Perron 1998).",
    ),
    "out-of-sample": Family(
        "Out of sample",
        "Would the forecast have been better with fear than without, at the time?",
        "Forecasts with and without the real-time index are made session by session from the past "
        "alone; since one model holds the other, Clark and West's test (2007) compares them.",
        "Out-of-sample R2: below 0 the forecast with fear was the worse one.",
    ),
    "snooping": Family(
        "The best of many",
        "Is the best of all predictive specifications better than chance would make it?",
        "The best of many has won a contest: its p-value is taken from bootstrap draws in which "
        "all compete under no effect (Hansen 2005; Romano and Wolf 2005).",
    ),
    "placebo": Family(
        "Placebos",
        "Do the same tests find something where there can be nothing?",
        "The index with its blocks shuffled, other topics through the same pipeline and the "
        "index of the future take the place of fear.",
        "A quiet placebo is what should be; an alarm casts doubt on the tests that it mimics.",
    ),
}
