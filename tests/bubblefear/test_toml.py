"""Texts that would take Python's TOML reader down are refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear import toml
from bubblefear.config import load
from bubblefear.errors import ConfigError, UsageError
from bubblefear.pipeline import claims

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    (b"a = " + b"[" * 50_000, "nested too deeply"),
    (b"a." * 50_000 + b"a = 1", "dots in line 1"),
    (b"a = 1\nb = {" + b"a." * 50_000 + b"a = 1}", "dots in line 2"),
    (b"# " + b"x" * 300_000, "bytes of TOML"),
    (b"a = \xff", "utf-8"),
    (b"a = ", "Invalid value"),
]


@pytest.mark.parametrize(("raw", "reason"), HOSTILE)
def test_hostile_texts(raw: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=reason):
        toml.parsed(raw)
    (tmp_path / "theirs.toml").write_bytes(raw)
    with pytest.raises(ConfigError, match=reason):
        load(tmp_path / "theirs.toml", environment={})
    with pytest.raises(UsageError, match=reason):
        claims.open_file(tmp_path / "theirs.toml")


def test_what_we_ship_is_far_from_the_limits(repository: Path) -> None:
    for path in (repository / "claims").glob("*.toml"):
        raw = path.read_bytes()
        assert toml.parsed(raw)
        assert len(raw) < toml.MOST_BYTES / 2
        assert max(line.count(b".") for line in raw.splitlines()) < toml.MOST_DOTS / 4
