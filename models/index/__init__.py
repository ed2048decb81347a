"""The fear index: article scores in, a published daily index with its band and account out."""

from __future__ import annotations

from models.index.build import IndexResult, build, build_realtime
from models.index.spec import IndexSpec

__all__ = ["IndexResult", "IndexSpec", "build", "build_realtime"]
