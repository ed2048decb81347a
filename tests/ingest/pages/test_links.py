from __future__ import annotations

import pytest

from ingest.pages.links import leads_to_text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/story.html", True),
        ("https://a.example/2026/11/20/a.b", True),
        ("https://a.example/story?file=x.pdf", True),
        ("https://a.example/Report.PDF?v=2", False),
        ("https://cdn.a.example/clip.mp4", False),
        ("https://www.youtube.com/watch?v=1", False),
        ("https://notyoutube.com/watch", True),
        ("https://[", True),
    ],
)
def test_what_may_be_an_article(url: str, expected: bool) -> None:
    assert leads_to_text(url) is expected
