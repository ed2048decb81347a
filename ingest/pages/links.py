"""Which links lead to something to read: films, sound, documents and archives are not asked for."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from ingest.urls import host_of

_NOT_TEXT: Final = frozenset(
    "pdf mp4 m4v mov webm mp3 m4a wav ogg jpg jpeg png gif webp svg zip gz tar rar 7z exe dmg apk"
    " doc docx xls xlsx ppt pptx csv".split()
)
# Hosts of nothing but films and sound; their pages carry a description at most.
_FILMS: Final = (
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "bilibili.com",
    "twitch.tv",
    "tiktok.com",
    "douyin.com",
    "spotify.com",
    "soundcloud.com",
    "podcasts.apple.com",
)


def leads_to_text(url: str) -> bool:
    """May this address be an article's? Told by its ending and host, without asking."""
    host = host_of(url)
    if any(host == films or host.endswith(f".{films}") for films in _FILMS):
        return False
    try:
        path = urlsplit(url).path
    except ValueError:
        return True  # fetching will say what is wrong with it
    return PurePosixPath(path).suffix.lstrip(".").lower() not in _NOT_TEXT
