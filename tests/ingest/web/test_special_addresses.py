from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.special_addresses import is_private, is_public

# First, last and one address of every special range, by value: the verdict must not depend on
# the `ipaddress` of the Python patch release that runs it.
SPECIAL = """
0.0.0.0 0.0.0.1 0.255.255.255
10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.255.255.255
169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255
192.0.0.0 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170 192.0.0.255 192.0.2.0 192.0.2.255
192.31.196.1 192.52.193.1 192.88.99.1 192.88.99.255 192.168.0.0 192.168.255.255 192.175.48.1
198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.0 224.0.0.251 239.255.255.255 240.0.0.0 254.255.255.255 255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1:: 64:ff9b:1::8.8.8.8
64:ff9b:1:ffff:ffff:ffff:ffff:ffff 100:: 100::1 100:0:0:1::1
2001:: 2001::7f00:1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:1::3 2001:2::1 2001:3::1
2001:4:112::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff
2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2002:: 2002:7f00:1:: 2002:808:808::
2620:4f:8000::1 3fff:: 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 4000:: 5f00::1
fc00:: fd00:ec2::254 fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: fe80::1 fe80::1%eth0 fe80::1%1
febf::1 fec0::1 feff::1 ff00:: ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
2a00::5efe:127.0.0.1 2a00::200:5efe:10.0.0.1 2a00:1::5efe:c0a8:101
""".split()

ORDINARY = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255
192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2000::1 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00::1 3ffe::1
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2a00::5efe:8.8.8.8
""".split()


@pytest.mark.parametrize("address", SPECIAL)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ORDINARY)
def test_public(address: str) -> None:
    assert is_public(address)
    assert not is_private(address)


@pytest.mark.parametrize("address", ["", "x", "localhost", "127.1", "1.2.3", "8.8.8.8 ", "[::1]"])
def test_what_is_no_address_is_neither(address: str) -> None:
    assert not is_public(address)
    assert not is_private(address)


def test_private_is_this_machine_and_networks_of_our_own() -> None:
    ours = {address for address in SPECIAL if is_private(address)}
    assert ours == {
        *("10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"),
        *("127.0.0.0", "127.255.255.255", "172.16.0.0", "172.31.255.255"),
        *("192.168.0.0", "192.168.255.255", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1"),
        *("fc00::", "fd00:ec2::254", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    }


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """One direction holds whatever the release: our list is no shorter than the library's."""
    translated = isinstance(ip, ipaddress.IPv6Address) and is_public(str(ip))
    if not ip.is_global and not translated:
        assert not is_public(str(ip))
    assert not (is_public(str(ip)) and is_private(str(ip)))


@given(st.integers(0, 2**32 - 1))
def test_a_hidden_ipv4_is_judged_as_itself(number: int) -> None:
    plain = str(ipaddress.IPv4Address(number))
    for prefix in ("::ffff:", "64:ff9b::"):
        assert is_public(prefix + plain) == is_public(plain)
        assert is_private(prefix + plain) == is_private(plain)
    if not is_public(plain):
        assert not is_public("2a00::5efe:" + plain)
    assert not is_public("2002:{:x}:{:x}::".format(*divmod(number, 2**16)))
    assert not is_public("::" + plain)
