"""Sums of one session as text, so that a later build need not read its articles again.

A session that is over and whose articles have not changed adds to the index what it added before:
its counts and sums by source and language. Floats are written so that they read back exactly.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from models.index.cells import Cells
from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from models.index.appearances import Appearances
    from models.index.spec import IndexSpec


def as_texts(appearances: Appearances, cells: Cells) -> dict[str, str]:
    """The sums of every session that has an entry, by its date."""
    found: dict[str, dict[str, Any]] = {}
    for position, date in enumerate(appearances.sessions):
        counts = {name: int(each[position]) for name, each in appearances.counts.items()}
        if counts["rows"]:
            found[str(date)] = {"counts": counts, "cells": []}
    whole = (cells.unit, cells.session, cells.count, cells.relevant, cells.fearful, cells.sums)
    for unit, session, count, relevant, fearful, sums in zip(*whole, strict=True):
        adds = {str(place): float(sums[place]) for place in np.flatnonzero(sums)}
        cell = [*cells.units[unit], int(count), int(relevant), int(fearful), adds]
        found[str(appearances.sessions[session])]["cells"].append(cell)
    return {date: json.dumps(sums, ensure_ascii=False) for date, sums in found.items()}


def from_texts(texts: Mapping[str, str], spec: IndexSpec) -> tuple[Cells, pd.Index, dict[str, int]]:
    """Cells, every session from the first to the last, and the counts over all of them.

    The units and the order of the cells are those of one build from all articles.
    """
    parsed = {date: json.loads(text) for date, text in texts.items()}
    sessions = closes(min(parsed), max(parsed)).index
    place = {str(date): position for position, date in enumerate(sessions)}
    rows = [(cell, place[date]) for date, sums in parsed.items() for cell in sums["cells"]]
    units = sorted({(cell[0], cell[1]) for cell, _ in rows})
    number = {unit: position for position, unit in enumerate(units)}
    rows.sort(key=lambda row: (number[row[0][0], row[0][1]], row[1]))
    sums = np.zeros((len(rows), len(spec.components)))
    for position, (cell, _) in enumerate(rows):
        for component, added in cell[5].items():
            sums[position, int(component)] = added
    count = np.array([cell[2] for cell, _ in rows], dtype="int64")
    cells = Cells(
        unit=np.array([number[cell[0], cell[1]] for cell, _ in rows], dtype="int64"),
        session=np.array([session for _, session in rows], dtype="int64"),
        count=count,
        relevant=np.array([cell[3] for cell, _ in rows], dtype="int64"),
        fearful=np.array([cell[4] for cell, _ in rows], dtype="int64"),
        sums=sums,
        units=units,
        n_sessions=len(sessions),
        exposure=count.astype("float64"),
    )
    counts: dict[str, int] = {}
    for session in parsed.values():
        for name, count in session["counts"].items():
            counts[name] = counts.get(name, 0) + count
    return cells, sessions, counts
