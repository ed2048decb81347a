"""A Datasette over one database file, with our plugin, pages and metadata."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import DEFAULT_PLUGINS, pm

from bubblefear.config import Settings
from bubblefear.errors import StoreError
from bubblefear.review import failures, plugin
from bubblefear.review.metadata import metadata
from bubblefear.review.searching.reach import Bounds
from bubblefear.review.state import DATABASE, ReviewState, remember
from bubblefear.store import database as opened
from bubblefear.store.published import is_published

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(str(files("bubblefear.review")))
_PLUGIN = "bubblefear.review"
# Anyone at the keyboard may run any SELECT; none may hold a thread for longer than this.
# Suggesting facets tries every column of every page for 50 ms; ours are named in the metadata.
_SETTINGS = {
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    # Statements that run at once: a few slow ones leave room for a page.
    "num_sql_threads": 8,
    "allow_download": False,
    # An answer to a query is cut here; exports of whole tables stream, whatever their size.
    "max_returned_rows": 5000,
    "max_csv_mb": 0,
}


def build(
    path: Path,
    *,
    token: str,
    clock: Callable[[], str],
    hosts: frozenset[str] = frozenset(),
    settings: Settings | None = None,
    bounds: Bounds | None = None,
) -> Datasette:
    """Make the application; nothing is served yet.

    The file is opened read-only but not as immutable, so that what the daily job writes
    meanwhile is seen at the next click.

    Args:
        path: The database.
        token: What a writer of reviews must present.
        clock: Present instant as UTC text, for the reviews' times.
        hosts: Host names that requests may address; empty = any.
        settings: Of the other commands, by which the health page judges; default: the defaults.
        bounds: What the search takes for a large file; default: as measured.

    Raises:
        StoreError: There is no usable database at ``path``.
    """
    if set("?#%") & set(str(path)):
        raise StoreError(f"{path}: a path with ?, # or % cannot be opened read-only; rename it")
    with opened(path, create=False) as conn:
        described = metadata(conn)
        read_only = is_published(conn)
    _choose_plugins()
    datasette = Datasette(
        [],
        metadata=described,
        settings=_SETTINGS,
        template_dir=str(_HERE / "templates"),
        static_mounts=[("-/bubblefear", str(_HERE / "static"))],
    )
    datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=DATABASE)
    datasette.remove_database("_memory")
    state = ReviewState(
        path,
        token,
        hosts,
        clock,
        settings or Settings(),
        published=read_only,
        bounds=bounds or Bounds(),
    )
    remember(datasette, state)
    return datasette


def _choose_plugins() -> None:
    """Ours and Datasette's own, once for this process.

    Any package of the environment may bring a plugin, with routes that answer a POST and scripts
    for every page. None but these was looked at, so no other is here.
    """
    if pm.has_plugin(_PLUGIN):
        return
    for name, _ in pm.list_name_plugin():
        if name not in DEFAULT_PLUGINS:
            pm.unregister(name=name)
    # It prints a traceback with every local value, the token too, on standard output for
    # each page that is not found; hooks after the first run although their answer is unused.
    pm.unregister(name="datasette.handle_exception")
    pm.register(plugin, name=_PLUGIN)
    pm.register(failures, name=f"{_PLUGIN}.failures")
