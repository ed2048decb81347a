"""docs/settings.md lists every setting, with its variable and its default."""

from __future__ import annotations

import re
from pathlib import Path

from bubblefear import config

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def rows() -> list[list[str]]:
    """Section, key, variable and default of each row of one key."""
    lines = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    cells = [[cell.strip(" `[]") for cell in line.strip("|").split("|")][:4] for line in lines]
    return [
        row for row in cells if re.fullmatch(r"BUBBLEFEAR_[A-Z_]+", row[2]) and "..." not in row[2]
    ]


def listed() -> dict[tuple[str, str], tuple[str, str]]:
    return {(section, key): (variable, default) for section, key, variable, default in rows()}


def test_keys_and_variables_are_those_of_the_code() -> None:
    found = {keys: variable for keys, (variable, _) in listed().items()}
    assert found == {(s, k): config._variable(s, k) for s, k in config._KEYS}


def test_defaults_are_those_of_the_code() -> None:
    settings = config.Settings()
    for (section, key), (name, _) in config._KEYS.items():
        default = getattr(settings, name)
        said = listed()[section, key][1]
        if key == "symbols":
            assert said == "thirteen symbols"
            assert len(default) == 13
        elif isinstance(default, tuple):
            assert (said, default) == ("none", ())
        else:
            assert said.lower() == str(default).lower()


def test_languages_and_the_groups_that_are_passed_on_are_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{language}`" in text for language in config.LANGUAGES)
    assert all(f"`[{group}]`" in text for group in config._PASSED_ON)
