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
    dates = [str(date) for date in appearances.sessions]
    found: dict[str, dict[str, Any]] = {}
    for position, date in enumerate(dates):
        counts = {name: int(each[position]) for name, each in appearances.counts.items()}
        if counts["rows"]:
            found[date] = {"counts": counts, "cells": []}
    adds = _adds(cells.sums)
    whole = (cells.unit, cells.session, cells.count, cells.relevant, cells.fearful)
    rows = zip(*(column.tolist() for column in whole), strict=True)
    for place, (unit, session, *counted) in enumerate(rows):
        cell = [*cells.units[unit], *counted, adds.get(place, {})]
        found[dates[session]]["cells"].append(cell)
    return {date: json.dumps(sums, ensure_ascii=False) for date, sums in found.items()}


def _adds(sums: np.ndarray) -> dict[int, dict[str, float]]:
    """What each cell adds to which component; most cells add nothing."""
    found: dict[int, dict[str, float]] = {}
    places, components = np.nonzero(sums)
    values = sums[places, components].tolist()
    for place, component, value in zip(places.tolist(), components.tolist(), values, strict=True):
        found.setdefault(place, {})[str(component)] = value
    return found


def from_texts(texts: Mapping[str, str], spec: IndexSpec) -> tuple[Cells, pd.Index, dict[str, int]]:
    """Cells, every session from the first to the last, and the counts over all of them.

    The units and the order of the cells are those of one build from all articles.
    """
    parsed = {date: json.loads(text) for date, text in texts.items()}
    sessions = closes(min(parsed), max(parsed)).index
    place = {str(date): position for position, date in enumerate(sessions)}
    rows = [cell for sums in parsed.values() for cell in sums["cells"]]
    units = sorted({(cell[0], cell[1]) for cell in rows})
    number = {unit: position for position, unit in enumerate(units)}
    sums = np.zeros((len(rows), len(spec.components)))
    for position, cell in enumerate(rows):
        for component, added in cell[5].items():
            sums[position, int(component)] = added
    figures = [(number[cell[0], cell[1]], *cell[2:5]) for cell in rows]
    unit, count, relevant, fearful = np.array(figures, dtype="int64").reshape(-1, 4).T
    lengths = [len(sums["cells"]) for sums in parsed.values()]
    session = np.repeat(np.array([place[date] for date in parsed], dtype="int64"), lengths)
    cells = Cells(
        unit=unit,
        session=session,
        count=count,
        relevant=relevant,
        fearful=fearful,
        sums=sums,
        units=units,
        n_sessions=len(sessions),
        exposure=count.astype("float64"),
    ).only(np.lexsort((session, unit)))
    counts: dict[str, int] = {}
    for one in parsed.values():
        for name, number_of in one["counts"].items():
            counts[name] = counts.get(name, 0) + number_of
    return cells, sessions, counts
