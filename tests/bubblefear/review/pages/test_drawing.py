from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Asker

pytestmark = pytest.mark.slow
ADDRESS = "/-/bubblefear/vega.js"


def test_the_library_is_served_packed_and_kept_by_the_browser(asker: Asker) -> None:
    answer = asker.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert "max-age=86400" in answer.headers["cache-control"]
    assert b"window.vegaEmbed=" in answer.content  # unpacked by the client
    again = asker.get(ADDRESS, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_who_reads_no_gzip_gets_it_plain(asker: Asker) -> None:
    answer = asker.get(ADDRESS, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert len(answer.content) > 2 * len(gzip.compress(answer.content))
