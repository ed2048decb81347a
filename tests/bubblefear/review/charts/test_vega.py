from __future__ import annotations

import gzip

import pytest

from bubblefear.review.charts import vega

pytestmark = pytest.mark.slow


def test_the_library_is_whole_and_made_once() -> None:
    found = vega.bundle()
    assert b"window.vegaEmbed=" in found.plain
    assert gzip.decompress(found.packed) == found.plain
    assert vega.bundle() is found
