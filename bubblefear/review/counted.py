"""Facets of a whole table told from counts, not counted again for every reader.

A published file has its counts in a table. Of a database that is written to, counts are kept until
an article, a story or a score has changed. A table that was narrowed is counted as Datasette does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from datasette.database import QueryInterrupted
from datasette.facets import ColumnFacet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from bubblefear.review.state import DATABASE, state_of
from bubblefear.store import counters, published

if TYPE_CHECKING:
    from bubblefear.review.state import ReviewState

# Arguments of a table's page that leave its rows as they are.
_SAME_ROWS: Final = frozenset(
    "_sort _sort_desc _sort_by_desc _next _size _facet _facet_size _facet_date _facet_array _col "
    "_nocol _labels _shape _json _json_infinity _nl _nofacet _nosuggest _nocount _ttl _trace "
    "_timelimit _extra _header _stream _dl _facet_counted".split()
)
# Tables whose change the counter of changes tells.
_COUNTED_LIVE: Final = frozenset({"article_scores", "entries", "articles", "scores"})

Values = list[tuple[Any, int]]


class CountedFacet(ColumnFacet):  # type: ignore[misc]  # Datasette publishes no types
    """Facets of the kind ``counted``: as those of a column, from counts where there are some."""

    type = "counted"

    async def suggest(self) -> list[Any]:
        """None: ours are named in the metadata."""
        return []

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The facets named in the metadata, and those of them that took too long."""
        found, late = [], []
        for one in self.get_configs():
            column = one["config"]["simple"]
            try:
                values = await self._values(column)
            except QueryInterrupted:
                late.append(column)
            else:
                found.append(await self._told(column, values))
        return found, late

    async def _values(self, column: str) -> Values:
        state = state_of(self.ds)
        size = self.get_facet_size() + 1
        if state is None or self.database != DATABASE or not self._whole():
            return await self._count(column, size)
        if state.published:
            database = self.ds.get_database(DATABASE)
            counts: Values | None = await database.execute_fn(
                lambda conn: published.facet_counts(conn, str(self.table), column, size)
            )
            return await self._count(column, size) if counts is None else counts
        if self.table not in _COUNTED_LIVE:
            return await self._count(column, size)
        return await self._kept(state, column, size)

    def _whole(self) -> bool:
        return bool(self.table) and set(self.request.args) <= _SAME_ROWS

    async def _kept(self, state: ReviewState, column: str, size: int) -> Values:
        now = await self.ds.get_database(DATABASE).execute_fn(counters.mark)
        name = f"facet {self.table} {column} {size}"
        known: Values | None = state.kept.known(name, now)
        if known is None:
            known = state.kept.keep(name, now, await self._count(column, size))
        return known

    async def _count(self, column: str, size: int) -> Values:
        name = escape_sqlite(column)
        counting = (
            f"select {name}, count(*) as n from ({self.sql}) where {name} is not null "  # noqa: S608 - Datasette's statement, an escaped name
            f"group by {name} order by n desc, {name} limit {size}"
        )
        rows = await self.ds.execute(
            self.database,
            counting,
            self.params,
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        return [(row[0], row[1]) for row in rows.rows]

    async def _told(self, column: str, values: Values) -> dict[str, Any]:
        size = self.get_facet_size()
        labels = {}
        if self.table:
            shown = [value for value, _ in values[:size]]
            labels = await self.ds.expand_foreign_keys(self.database, self.table, column, shown)
        chosen = set(self.get_querystring_pairs())
        return {
            "name": column,
            "type": self.type,
            "hideable": False,
            "toggle_url": self.ds.urls.path(
                path_with_removed_args(self.request, {"_facet_counted": column})
            ),
            "results": [
                self._line(column, value, count, labels.get((column, value), value), chosen)
                for value, count in values[:size]
            ],
            "truncated": len(values) > size,
        }

    def _line(
        self,
        column: str,
        value: Any,  # noqa: ANN401 - a column's value
        count: int,
        label: Any,  # noqa: ANN401 - what a foreign key names, or the value
        chosen: set[tuple[str, str]],
    ) -> dict[str, Any]:
        selected = (column, str(value)) in chosen
        change = path_with_removed_args if selected else path_with_added_args
        path = change(self.request, {column: str(value) if selected else value})
        return {
            "value": value,
            "label": label,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(path)),
            "selected": selected,
        }
