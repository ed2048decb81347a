"""The tests' tables and pictures of docs/findings.md, from the commands' JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bubblefear.report.plots import save
from bubblefear.report.test_lines import word
from bubblefear.report.transmission_plots import chart
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "img"
MONTHS = "2025-08-01"
LONG = "2023-01-01"
# Results whose picture is on the page -> file and title.
PICTURES = {
    "local-projections:BTC-USD": ("response-bitcoin", "Bitcoin after more fear than expected"),
    "local-projections:NVDA": ("response-nvidia", "Nvidia after more fear than expected"),
    "correlation:BTC-USD~QQQ": ("correlation-bitcoin", "Bitcoin and the Nasdaq 100"),
    "snooping:slopes": ("specifications", "Every predictive specification"),
}
# Literal phrases beside what the index calls fearful, by year.
WORDS = """
SELECT substr(e.first_seen_at, 1, 4), count(*), sum(s.relevance > 0),
       sum(s.relevance > 0 AND s.fear >= 1.0 / 6),
       sum(t.text LIKE '%AI bubble%' OR t.text LIKE '%AI泡沫%' OR t.text LIKE '%人工智能泡沫%')
FROM entries e JOIN scores s ON s.article_id = e.id
JOIN (SELECT id, title || ' ' || coalesce(summary, '') AS text FROM entries) t ON t.id = e.id
GROUP BY 1 ORDER BY 1
"""


def said(path: Path, *words: str, **environment: str) -> list[dict[str, Any]]:
    """What a command prints as JSON."""
    command = [sys.executable, "-m", "bubblefear", *words, "--json", "--db", str(path)]
    given = os.environ | environment
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=given)
    rows: list[dict[str, Any]] = json.loads(found.stdout)
    return rows


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def number(value: float | None, digits: int = 3) -> str:
    """A number for a table cell; a dash where it is missing."""
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:,.0f}"


def blocks(path: Path) -> dict[str, str]:
    """Mark -> text of every table; draws the pictures on the way."""
    long = said(path, "test")
    months = said(path, "test", BUBBLEFEAR_TEST_START=MONTHS)
    curved = said(path, "test", BUBBLEFEAR_TEST_START=LONG, BUBBLEFEAR_TEST_TRANSFORM="asinh")
    draw(long)
    said(path, "test")  # kept from above: the report shows the run that was last
    return {
        "words": words_block(path),
        "hypotheses": hypotheses_block(long),
        "beside": beside_block(long, months, curved),
        "families": families_block(long),
        "found": found_block(long),
        "claims": claims_block(said(path, "claims", "audit", str(ROOT / "claims/seed.toml"))),
    }


def words_block(path: Path) -> str:
    """What the index reads, year by year."""
    with database(path, create=False) as conn:
        rows = [[row[0], *(f"{count:,}" for count in row[1:])] for row in conn.execute(WORDS)]
    head = ["year", "scored entries", "relevant", "fearful", 'say "AI bubble"']
    return table(head, rows)


def hypotheses_block(results: Sequence[dict[str, Any]]) -> str:
    """The declared hypotheses with everything that their p-values need beside them."""
    rows = [
        [
            r["hypothesis"],
            f"{r['says']} (`{r['test']}`)".replace("|", "\\|"),
            number(r["estimate"]),
            _interval(r),
            number(r["p"]),
            number(r["q"]),
            number(r["size"]),
            number(r["mde"]) if r["mde"] is not None else f"rho {number(r['mde_rho'], 2)}",
            str(r["n"]),
            word(r["verdict"]),
        ]
        for r in results
        if r["test"]
    ]
    head = ["", "hypothesis", "estimate", "95 % interval", "p", "q", "size", "smallest"]
    return table([*head, "n", "verdict"], rows)


def beside_block(*samples: Sequence[dict[str, Any]]) -> str:
    """The same tests on the long sample, on five months, and of the transformed index."""
    by_name = [{r["hypothesis"]: r for r in results if not r["test"]} for results in samples]
    asked = [*(r["test"] for r in samples[0] if r["test"]), "snooping:slopes"]
    rows = [
        [f"`{name}`".replace("|", "\\|"), *(_cell(found.get(name)) for found in by_name)]
        for name in asked
    ]
    return table(["test", "default sample", "August to December 2025", "asinh, from 2023"], rows)


def _cell(r: dict[str, Any] | None) -> str:
    if r is None or r["estimate"] is None:
        return "abstains"
    return f"{number(r['estimate'], 2)} ({_interval(r, 2)}), q {number(r['q'], 2)}, n {r['n']}"


def families_block(results: Sequence[dict[str, Any]]) -> str:
    """How many of each verdict every exploratory family gives, and its smallest q."""
    rows = []
    for name in dict.fromkeys(r["family"] for r in results if not r["test"]):
        members = [r for r in results if r["family"] == name and not r["test"]]
        counts = Counter(word(r["verdict"]) for r in members)
        tested = [r for r in members if r["q"] is not None]
        least = min(tested, key=lambda r: r["q"], default=None)
        best = f"`{least['hypothesis']}` {number(least['q'])}" if least else "-"
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
        rows.append([name, str(len(members)), told, best.replace("|", "\\|")])
    return table(["family", "hypotheses", "verdicts", "smallest q"], rows)


def found_block(results: Sequence[dict[str, Any]]) -> str:
    """Every exploratory result that stands after correction, in full."""
    loud = [
        r
        for r in results
        if not r["test"] and r["verdict"].startswith(("supported", "contradicted", "alarm"))
    ]
    return "\n".join(f"- `{r['hypothesis']}`: {r['verdict']}" for r in loud)


def claims_block(rows: Sequence[dict[str, Any]]) -> str:
    """The answers that data could give; the others are counted."""
    silent = ("unavailable", "not testable")
    told = [r for r in rows if r["verdict"] not in silent]
    counts = Counter(r["verdict"] for r in rows)
    shown = [[r["id"], r["claim"], r["verdict"], _values(r)] for r in told]
    total = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    head = ["#", "claim", "verdict", "measured"]
    return table(head, shown) + f"\n\n{len(rows)} claims: {total}."


def _values(row: dict[str, Any]) -> str:
    value = row["value"]
    if not isinstance(value, dict):
        return number(value, 2)
    first = list(value.items())[:3]
    more = f", {len(value) - 3} more" if len(value) > 3 else ""
    return ", ".join(f"{name} {number(one, 2)}" for name, one in first) + more


def _interval(row: dict[str, Any], digits: int = 3) -> str:
    if not row["interval"]:
        return "-"
    low, high = row["interval"]
    return f"{number(low, digits)} to {number(high, digits)}"


def draw(results: Sequence[dict[str, Any]]) -> None:
    """Write the pictures of the page."""
    for row in results:
        if row["hypothesis"] in PICTURES and row["plot"]:
            name, title = PICTURES[row["hypothesis"]]
            save(chart(row["plot"], title, width=560), IMAGES / f"{name}.svg")
        if row["hypothesis"] == "connectedness:total" and row["plot"]:
            network = next(one for one in row["plot"] if one["kind"] == "network")
            save(chart(network, "Who gives to whom", width=420), IMAGES / "connectedness.svg")
