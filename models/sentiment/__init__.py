"""The embedded multilingual scorer: how it is built, and where its files lie."""

from __future__ import annotations

from pathlib import Path

NAME = "finbert-multi.v1"
FOLDER = Path(__file__).parent / NAME
