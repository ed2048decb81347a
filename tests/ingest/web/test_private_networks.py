"""Nothing that an address, a redirect, a name or the environment says leads into our own network.

Behind every refusal is a real server on this machine that would have answered, and it must not
have been connected to; and no connection may have been tried but to the one public stand-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest

from ingest.errors import AddressRefusedError, FetchError
from ingest.web.fetch import Fetcher, Limits
from ingest.web.transport import tls_context

ONCE = Limits(attempts=1, total=5.0)
STATUSES = (301, 302, 303, 307, 308)

# {port} is the port of a server that listens on loopback.
LOOPBACK = """
http://127.0.0.1:{port}/ http://127.0.0.2:{port}/ http://127.255.255.254:{port}/
http://127.1:{port}/ http://127.0.1:{port}/ http://2130706433:{port}/ http://017700000001:{port}/
http://0x7f000001:{port}/ http://0x7f.0x0.0x0.0x1:{port}/ http://0177.0.0.1:{port}/
http://0x7f.1:{port}/ http://127.0.0x1:{port}/ http://0:{port}/ http://0.0.0.0:{port}/
http://[::1]:{port}/ http://[0:0:0:0:0:0:0:1]:{port}/ http://[::]:{port}/
http://[::ffff:127.0.0.1]:{port}/ http://[::ffff:7f00:1]:{port}/ http://[::127.0.0.1]:{port}/
http://[::ffff:0:127.0.0.1]:{port}/ http://[64:ff9b::127.0.0.1]:{port}/
http://[64:ff9b:1::127.0.0.1]:{port}/ http://[2002:7f00:1::]:{port}/
http://[2001:0:7f00:1::]:{port}/ http://[2a00::5efe:127.0.0.1]:{port}/
http://localhost:{port}/ http://localhost.:{port}/ http://LOCALHOST:{port}/
http://foo.localhost:{port}/ http://LocalHost.LocalHost.:{port}/
http://public@127.0.0.1:{port}/ http://news.example@127.0.0.1:{port}/
http://news.example:80@127.0.0.1:{port}/ http://127.0.0.1:{port}#@news.example/
http://127.0.0.1:{port}?@news.example/ http://127.0.0.1:{port}\\@news.example/
http://127.0.0.1:{port}\\news.example/ http://news.example\\@127.0.0.1:{port}/
http://①②⑦.⓪.⓪.①:{port}/ http://１２７.０.０.１:{port}/ http://127。0。0。1:{port}/
http://127.0.0.1.:{port}/ http://%31%32%37.0.0.1:{port}/ http://127.0.0.1%2f:{port}/
http://127.0.0.1%00.news.example:{port}/ http://127.0.0.1:{port}/%0d%0aHost:%20news.example
http://LOCALHOST%2e:{port}/ http://[::1%25lo]:{port}/ https://127.0.0.1:{port}/
HTTP://127.0.0.1:{port}/ //127.0.0.1:{port}/
""".split()

OTHER_NETWORKS = """
http://10.0.0.1/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.0.1/ http://100.64.0.1/
http://169.254.169.254/latest/meta-data/ http://2852039166/ http://0xa9fea9fe/ http://0251.0376.0251.0376/
http://192.0.0.1/ http://192.0.0.192/ http://192.0.2.1/ http://198.18.0.1/ http://198.51.100.1/
http://203.0.113.1/ http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/ http://192.88.99.1/
http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fe80::1]/ http://[fe80::1%25lo]/ http://[fec0::1]/
http://[ff02::1]/ http://[2001:db8::1]/ http://[3fff::1]/ http://[100::1]/ http://[::ffff:10.0.0.1]/
http://[::ffff:169.254.169.254]/ http://[64:ff9b::10.0.0.1]/ http://[2002:a9fe:a9fe::]/
http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ http://[::10.0.0.1]/ http://[5f00::1]/
""".split()

# Without an authority, or not http: nothing is even resolved.
NO_WEB = """
file:///etc/passwd file://127.0.0.1/etc/passwd ftp://127.0.0.1/ gopher://127.0.0.1:70/_x
data:text/xml,<rss/> javascript:alert(1) unix:///run/docker.sock http+unix://%2Frun%2Fdocker.sock/
ws://127.0.0.1/ dict://127.0.0.1:2628/ ldap://127.0.0.1/ jar:http://127.0.0.1!/ http:/// https://
///  http://:80/ http://news.example:0/ http://news.example:99999/ http://[/ http://[::1/
""".split()

# As redirects, these lead to the front page of the site that sends them.
BACK_TO_THE_SITE = ("http:///", "///")


@pytest.fixture
def careful(
    serve: Callable[..., Any], wires: Callable[..., Any], answer: Callable[..., bytes]
) -> Iterator[tuple[Any, Any, Callable[..., Fetcher]]]:
    """A public server where `/302/x` redirects to `targets[x]`, connections, a maker of clients."""

    def redirect(connection: Any, head: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        if path == "/":
            connection.sendall(answer("200 OK", b"front page"))
            return
        status, target = path[1:4], server.targets[path[5:]]
        connection.sendall(answer(f"{status} Moved", b"", f"Location: {target}"))

    server = serve(redirect)
    server.targets = {}
    wired = wires(server)
    clients: list[Fetcher] = []

    def client(**settings: Any) -> Fetcher:
        limits = settings.pop("limits", ONCE)
        one = Fetcher(limits=limits, resolver=wired.names, sockets=wired, **settings)
        clients.append(one)
        return one

    yield server, wired, client
    for one in clients:
        one.close()


@pytest.mark.parametrize("address", LOOPBACK + OTHER_NETWORKS + NO_WEB)
def test_an_address_is_refused(address: str, careful: tuple[Any, Any, Any], decoys: Any) -> None:
    _, wired, client = careful
    refused = client()
    for decoy in decoys:
        with pytest.raises(AddressRefusedError) as caught:
            refused.fetch(address.replace("{port}", str(decoy.port)))
        assert "\n" not in str(caught.value)
    assert [decoy.connections for decoy in decoys] == [0] * len(decoys)
    assert wired.went_to == []


@pytest.mark.parametrize(
    "address",
    [a for a in LOOPBACK + OTHER_NETWORKS + NO_WEB if a not in BACK_TO_THE_SITE],
)
def test_a_redirect_is_refused(address: str, careful: tuple[Any, Any, Any], decoys: Any) -> None:
    """By each status, behind one and behind two public servers."""
    server, wired, client = careful
    refused = client()
    server.targets["in"] = address.replace("{port}", str(decoys[0].port))
    server.targets["on"] = "http://other.example/307/in"
    for path in (*(f"{status}/in" for status in STATUSES), "302/on"):
        with pytest.raises(AddressRefusedError):
            refused.fetch(f"http://news.example/{path}")
    assert [decoy.connections for decoy in decoys] == [0] * len(decoys)
    assert set(wired.went_to) == {wired.public}
    assert set(server.paths) <= {"/302/on", *(f"/{status}/in" for status in STATUSES)}


@pytest.mark.parametrize("address", BACK_TO_THE_SITE)
def test_a_redirect_without_a_host_stays_at_the_site(
    address: str, careful: tuple[Any, Any, Any]
) -> None:
    server, wired, client = careful
    server.targets["x"] = address
    assert client().fetch("http://news.example/302/x").final_url == "http://news.example/"
    assert set(wired.went_to) == {wired.public}


@pytest.mark.parametrize(
    "line",
    [
        b"Location: http://127.0.0.1:{port}/\r\nX-Other: 1",
        b"Location: http://news.example/\r\nLocation: http://127.0.0.1:{port}/",
        b"Location: http://127.0.0.1:{port}/\nX-Other: 1",
        b"Location:\r\n http://127.0.0.1:{port}/",
        b"Location: \thttp://127.0.0.1:{port}/",
        b"Location: http://news.example@127.0.0.1:{port}/%0d%0a",
        b"Location: http://127.0.0.1:{port}/\x00",
        b"Location: \xef\xbb\xbfhttp://127.0.0.1:{port}/",
        b"lOCATION: http://127.0.0.1:{port}/",
        b"Refresh: 0; url=http://127.0.0.1:{port}/",
        b"Content-Location: http://127.0.0.1:{port}/",
        b"Link: <http://127.0.0.1:{port}/>; rel=alternate",
        b'Alt-Svc: h2="127.0.0.1:{port}"',
    ],
)
def test_no_trick_of_a_header_leads_there(
    line: bytes, serve: Callable[..., Any], wires: Callable[..., Any], decoys: Any
) -> None:
    """Twice, so that what was remembered of the first answer would show."""
    line = line.replace(b"{port}", str(decoys[0].port).encode())
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + line + b"\r\n\r\n"
    wired = wires(serve(lambda connection, _: connection.sendall(head)))
    with Fetcher(limits=ONCE, resolver=wired.names, sockets=wired) as client:
        for _ in range(2):
            with pytest.raises(FetchError):
                client.fetch("http://news.example/f")
    assert [decoy.connections for decoy in decoys] == [0] * len(decoys)
    assert set(wired.went_to) == {wired.public}


def test_certificates_of_the_environment_are_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = tls_context().cert_store_stats()
    end = "-----END CERTIFICATE-----\n"
    one = tmp_path / "one.pem"
    one.write_text(Path(certifi.where()).read_text("utf-8").partition(end)[0] + end, "utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(one))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert usual["x509_ca"] > 50
    assert tls_context().cert_store_stats() == usual


def test_names_that_this_machine_gives_to_itself(
    careful: tuple[Any, Any, Any], decoys: Any
) -> None:
    _, wired, client = careful
    hosts = Path("/etc/hosts")
    lines = hosts.read_text().splitlines() if hosts.exists() else ["127.0.0.1 localhost"]
    pairs = [line.partition("#")[0].split() for line in lines]
    own = [(n, p[0]) for p in pairs if p for n in p[1:] if p[0].startswith(("127.", "::1"))]
    assert own
    for name, _address in own:
        with pytest.raises(AddressRefusedError):
            client().fetch(f"http://{name}:{decoys[0].port}/")
    assert decoys[0].connections == 0
    assert wired.went_to == []


def test_a_name_that_changes_between_check_and_use(
    careful: tuple[Any, Any, Any], decoys: Any
) -> None:
    """Public when asked first, loopback ever after: the connection goes to what was checked."""
    server, wired, _ = careful
    server.targets["again"] = f"http://rebind.example:{decoys[0].port}/"
    replies = iter([[wired.public]])

    def turncoat(host: str, port: int) -> list[str]:
        return next(replies, ["127.0.0.1"])

    with (
        Fetcher(limits=ONCE, resolver=turncoat, sockets=wired) as client,
        pytest.raises(AddressRefusedError, match=r"rebind\.example is 127\.0\.0\.1"),
    ):
        client.fetch("http://rebind.example/302/again")
    assert server.paths == ["/302/again"]
    assert wired.went_to == [wired.public]
    assert decoys[0].connections == 0


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
def test_a_name_with_a_public_and_a_private_address(
    private: str, careful: tuple[Any, Any, Any], decoys: Any
) -> None:
    _, wired, _ = careful
    for order in ([wired.public, private], [private, wired.public]):
        with (
            Fetcher(limits=ONCE, resolver=lambda *_, o=order: o, sockets=wired) as client,
            pytest.raises(AddressRefusedError),
        ):
            client.fetch(f"http://two.example:{decoys[0].port}/")
    assert wired.went_to == []
    assert decoys[0].connections == 0


@pytest.mark.parametrize(
    "name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY", "NO_PROXY"]
)
def test_proxies_of_the_environment_are_not_used(
    name: str, careful: tuple[Any, Any, Any], decoys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _, client = careful
    proxy = f"http://127.0.0.1:{decoys[0].port}"
    monkeypatch.setenv(name, "*" if name == "NO_PROXY" else proxy)
    server.targets["x"] = "http://10.0.0.1/"
    with pytest.raises(AddressRefusedError):
        client().fetch("http://news.example/302/x")
    assert server.paths == ["/302/x"]  # asked itself, by its path and not by its address
    assert decoys[0].connections == 0


def test_our_own_network_is_reached_when_allowed(
    careful: tuple[Any, Any, Any], decoys: Any
) -> None:
    _, _, client = careful
    ours = client(allow_private=True)
    assert ours.fetch(decoys[0].url("/feed")).body == b"a secret"
    assert ours.fetch(decoys[0].url("/feed", "localhost")).body == b"a secret"


@pytest.mark.parametrize("address", [*OTHER_NETWORKS[5:9], "http://0.0.0.0/", *NO_WEB])
def test_what_allow_private_does_not_open(address: str, careful: tuple[Any, Any, Any]) -> None:
    _, wired, client = careful
    with pytest.raises(AddressRefusedError):
        client(allow_private=True).fetch(address)
    assert wired.went_to == []


def test_a_public_server_may_not_send_us_into_our_own_network(
    careful: tuple[Any, Any, Any], decoys: Any
) -> None:
    """Not even where we may go ourselves, and not over a connection that is open already."""
    server, _, client = careful
    ours = client(allow_private=True)
    server.targets["in"] = decoys[0].url("/delete")
    assert ours.fetch(decoys[0].url("/feed")).status == 200
    with pytest.raises(AddressRefusedError):
        ours.fetch("http://news.example/302/in")
    assert decoys[0].paths == ["/feed"]
    assert ours.fetch(decoys[0].url("/feed")).status == 200
