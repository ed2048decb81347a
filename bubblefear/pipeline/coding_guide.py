"""The coding guide in short: what each answer means, for the forms and for ``docs/coding.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

GUIDE: Final[Mapping[str, Mapping[str, str]]] = {
    "topic": {
        "1": "The money side of the AI boom: its shares, spending, data centres and who pays for "
        "them, chips, sales, valuations, weight in the market.",
        "0": "Anything else; also AI products, research, law or jobs that move no money.",
    },
    "fear": {
        "0": "No worry is told, however bad the prices are.",
        "1": "A worry in passing or as background, or doubts whether it will pay.",
        "2": "The worry is the subject or the main reason given: a bubble, too high a price, too "
        "much debt, too much building.",
        "3": "A burst or crash is foretold or reported, or called as bad as the great ones.",
    },
    "stance": {
        "fear": "The text brings up the worry, repeats it or reports it.",
        "relief": "It tells that the worry fades or is wrong. Grade the worry that it names.",
        "none": "Neither.",
    },
    "kind": {
        "threat": "It may break: warnings, doubts, questions.",
        "act": "It did give way: prices, spreads, projects or funding, and for this reason.",
        "none": "There is no fear.",
    },
    "channel": {
        "valuation": "Prices beyond what is behind them, bubbles of the past, a bare “bubble”.",
        "capex": "Spending that may not earn its cost.",
        "credit": "Debt: bonds, loans, leases, insurance against default.",
        "liquidity": "Margin calls, cut risks, money that leaves.",
        "contagion": "What falls with it: crypto, other markets, the economy.",
        "policy": "An official body speaks, whatever its reason.",
        "none": "Neither fear nor relief.",
    },
}
