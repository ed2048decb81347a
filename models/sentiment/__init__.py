"""The embedded multilingual scorer: how it is built, and where its files lie."""

from __future__ import annotations

from pathlib import Path

NAME = "finbert-multi.v1"
FOLDER = Path(__file__).parent / NAME
# Of model.json, which has the hashes of the other files: the name above means these weights and no
# others, also in databases that others scored. A model that is built anew gets a new name.
DESCRIPTION_SHA256 = "baf9dfb80f289e9e3a22a64de24a13ee923f58d9d19e62b2b715d3901a521ff0"
