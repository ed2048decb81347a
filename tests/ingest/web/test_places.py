from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import AddressRefusedError
from ingest.web.places import (
    Place,
    masked,
    place_of,
    redirected,
    same_site,
    with_credentials_of,
    without_credentials,
)


def test_credentials_are_taken_apart() -> None:
    place = place_of("https://me:s%40cret@a.example:8443/f?x=@y")
    assert place == Place("https://a.example:8443/f?x=@y", ("me", "s@cret"))
    assert place_of("https://token@a.example/") == Place("https://a.example/", ("token", ""))
    assert place_of("https://a.example//b@c") == Place("https://a.example//b@c")


def test_a_host_has_one_name_for_its_turns() -> None:
    assert {place_of(f"https://{h}/").host for h in ("a.example", "A.example.", "a.EXAMPLE")} == {
        "a.example"
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pw@a.example/f", "https://***@a.example/f"),
        ("//me:pw@a.example/f", "//***@a.example/f"),
        ("ftp://me:p:w@b@a.example", "ftp://***@a.example"),
        ("https://a.example/x//b@c", "https://a.example/x//b@c"),
        ("me@a.example", "me@a.example"),
    ],
)
def test_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


@given(st.text(st.characters(codec="ascii", exclude_characters="@/?#"), min_size=1))
def test_a_password_is_never_shown(password: str) -> None:
    secret = f"https://me:{password}~secret~@a.example/f"
    assert "~secret~" not in masked(secret)
    assert without_credentials(secret) == "https://a.example/f"
    assert with_credentials_of(secret, "https://a.example/g") == secret[:-1] + "g"
    for refused in (secret.replace("https", "ftp"), secret.replace("/f", ":0/f")):
        with pytest.raises(AddressRefusedError) as caught:
            place_of(refused)
        assert "~secret~" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "url", "kept"),
    [
        ("/g", "https://a.example/g", True),
        ("g#part", "https://a.example/d/g", True),
        ("//a.example/g", "https://a.example/g", True),
        ("https://A.example:443/g", "https://A.example:443/g", True),
        ("https://you:other@a.example/g", "https://a.example/g", True),
        ("https://you:other@b.example/g", "https://b.example/g", False),
        ("https://b.example/g", "https://b.example/g", False),
        ("https://a.example.b.example/g", "https://a.example.b.example/g", False),
        ("https://sub.a.example/g", "https://sub.a.example/g", False),
        ("http://a.example/g", "http://a.example/g", False),
        ("https://a.example:8443/g", "https://a.example:8443/g", False),
    ],
)
def test_a_redirect_takes_our_credentials_along_within_the_site_alone(
    location: str, url: str, kept: bool
) -> None:
    given = Place("https://a.example/d/f", ("me", "pw"))
    assert redirected(given, location) == Place(url, ("me", "pw") if kept else None)


def test_the_step_to_https_stays_at_the_site() -> None:
    assert same_site("http://a.example/", "https://a.example/x")
    assert not same_site("http://a.example:8080/", "https://a.example/")
    assert not same_site("https://a.example/", "http://a.example/")


@given(st.text(max_size=40))
def test_any_location_is_a_web_address_or_refused(location: str) -> None:
    try:
        place = redirected(Place("https://a.example/f"), location)
    except AddressRefusedError:
        return
    assert place.url.lower().startswith(("http://", "https://"))
    assert place.credentials is None
    assert place.host
