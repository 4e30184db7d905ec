"""The address of Panther's API, from what people have at hand."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panther_s3.panther_api.address import LONGEST, api_base, api_url_fault, graphql_url, host_of, is_loopback

ACME = "https://api.acme.runpanther.net"
GATEWAY = "https://a1b2c3.execute-api.us-west-2.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://acme.runpanther.net", ACME),
        ("https://acme.runpanther.net/", ACME),
        ("https://acme.runpanther.net/log-sources/onboard?type=s3#top", ACME),
        ("https://acme.runpanther.net?next=https://user:word@elsewhere.net", ACME),
        ("https://acme.runpanther.net#/a b".replace(" ", ""), ACME),
        ("acme.runpanther.net", ACME),
        ("acme.runpanther.net/log-sources", ACME),
        ("  HTTPS://Acme.RunPanther.NET.\n", ACME),
        ("https://acme.runpanther.net:", ACME),
        (ACME, ACME),
        (f"{ACME}/", ACME),
        (f"{ACME}:443", ACME),
        (f"{ACME}/public/graphql", ACME),
        (f"{ACME}/public/graphql/", ACME),
        (f"{ACME}/public/graphql?query=1", ACME),
        (f"{ACME}/v1/public/graphql", f"{ACME}/v1"),
        (f"{ACME}:8443/v1", f"{ACME}:8443/v1"),
        (f"{GATEWAY}/v1/public/graphql", f"{GATEWAY}/v1"),
        ("https://panther.acme.com/public/graphql", "https://panther.acme.com:443"),
        ("https://panther.acme.com/v1/public/graphql", "https://panther.acme.com:443/v1"),
        ("https://panther.acme.com:8443", "https://panther.acme.com:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://localhost:80/public/graphql", "http://localhost"),
        ("http://127.0.0.1:4010/v1/", "http://127.0.0.1:4010/v1"),
        ("http://127.1.2.3", "http://127.1.2.3"),
        ("http://[::1]:4010", "http://[::1]:4010"),
        ("https://[2001:DB8:0::1]/public/graphql", "https://[2001:db8::1]"),
        ("https://10.1.2.3/log-sources", "https://10.1.2.3/log-sources"),
        ("https://xn--bcher-kva.example/", "https://api.xn--bcher-kva.example"),
    ],
)
def test_the_base_of_the_api_is_found(text: str, base: str) -> None:
    assert api_url_fault(text) == ""
    assert api_base(text) == base
    assert api_base(base) == base
    assert api_base(graphql_url(base)) == base


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Enter"),
        (" \n", "Enter"),
        ("acme", "whole host"),
        ("https://", "host"),
        ("https:///log-sources", "host"),
        ("https:/acme.runpanther.net", "https://"),
        ("https:acme.runpanther.net", "https://"),
        ("//acme.runpanther.net", "https://"),
        ("http://acme.runpanther.net", "http://"),
        ("http://10.1.2.3", "http://"),
        ("http://localhost.acme.com", "http://"),
        ("http://127.0.0.1.acme.com", "http://"),
        ("http://0.0.0.0", "http://"),
        ("ftp://acme.runpanther.net", "https://"),
        ("file:///etc/hosts", "https://"),
        ("javascript:alert(1)", "host"),
        ("https://acme.runpanther.net:0", "port"),
        ("https://acme.runpanther.net:65536", "port"),
        ("https://acme.runpanther.net:https", "port"),
        ("https://acme.runpanther.net:-1", "port"),
        ("https://acme.runpanther.net:٤٤٣", "port"),
        ("https://[::1]:x", "port"),
        ("https://::1", "brackets"),
        ("https://[::1", "brackets"),
        ("https://[acme]", "IPv6"),
        ("https://[fe80::1%25eth0]", "IPv6"),
        ("https://256.1.1.1", "four numbers"),
        ("https://127.1", "four numbers"),
        ("https://2130706433", "four numbers"),
        ("https://0x7f.0.0.1", "four numbers"),
        ("https://acme run.net", "blanks"),
        ("https://acme\n.net", "blanks"),
        ("https://acme\u00a0.net", "blanks"),
        ("https://acme\x00.net", "invisible"),
        ("https://acme\x1b[31m.net", "invisible"),
        ("https://acme\u200b.net", "invisible"),
        ("https://acme\u202e.net", "invisible"),
        ("https://acme.net\\@elsewhere.net", "backslash"),
        ("https://аcme.runpanther.net", "xn--"),
        ("https://acme.runpanther。net", "xn--"),
        ("https://\u212aacme.runpanther.net", "xn--"),
        ("https://xn--.example", "dash"),
        ("https://xn--a.example", "xn--"),
        ("https://-acme.net", "dashes"),
        ("https://acme..net", "dot"),
        ("https://.acme.net", "dot"),
        ("https://acme_x.net", "dashes"),
        ("https://acme%2enet.com", "dashes"),
        (f"https://{'a' * 64}.net", "dashes"),
        ("https://" + "a." * 124 + "net", "253"),
        ("https://" + "a" * LONGEST, "characters"),
        (f"{ACME}/a/../b", "behind the host"),
        (f"{ACME}/a//b", "behind the host"),
        (f"{ACME}/%2e", "behind the host"),
        (f"{ACME}/<script>", "behind the host"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_its_rule(text: str, word: str) -> None:
    assert word in api_url_fault(text)
    with pytest.raises(ValueError, match=r"\.$") as refused:
        api_base(text)
    assert str(refused.value) == api_url_fault(text)


@pytest.mark.parametrize("scheme", ["https://", "http://", "", "mailto:"])
@given(secret=st.from_regex(r"[0-9a-z!$&+,;=._~%-]{8,20}", fullmatch=True))
def test_a_password_in_an_address_is_refused_and_not_repeated(scheme: str, secret: str) -> None:
    for userinfo in (f"user:{secret}", secret, f"{secret}:"):
        fault = api_url_fault(f"{scheme}{userinfo}@acme.runpanther.net")
        assert "user name and password" in fault
        assert secret not in fault


@given(secret=st.from_regex(r"[A-Z0-9]{12,40}", fullmatch=True))
def test_a_token_in_place_of_the_address_is_not_repeated(secret: str) -> None:
    for text in (secret, f"https://{secret}/?x", f"{secret} {secret}", f"https://a.b:{secret}", f"x{secret}://a.b"):
        assert secret not in api_url_fault(text)
        assert secret.lower() not in api_url_fault(text)


NAMES = [
    "acme.runpanther.net",
    "api.acme.runpanther.net",
    "a1.execute-api.us-east-1.amazonaws.com",
    "acme",
    "API.ACME.",
]
MACHINES = ["localhost", "127.0.0.1", "127.9.9.9", "10.0.0.1", "[::1]", "[2001:db8::1]", "xn--bcher-kva.de"]
HOSTS = st.sampled_from([*NAMES, *MACHINES])
ADDRESSES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "https://", "HTTP://", "http://", "ftp://"]),
        HOSTS,
        st.sampled_from(["", ":", ":80", ":443", ":0443", ":8443", ":99999"]),
        st.sampled_from(["", "/", "/v1", "/v1/", "/public/graphql", "//public/graphql", "/public/graphql//x"]),
        st.sampled_from(["", "/", "/public/graphql", "/public/graphql/public/graphql", "/log-sources", "/.."]),
        st.sampled_from(["", "?a=b", "#c", "?u:p@x", "\t"]),
    ),
)
ANYTHING = st.text() | st.text("/:.@?#[]%\\ath0-p1x").map(lambda text: f"https://{text}")


@given(ADDRESSES | ANYTHING)
@example("https://[::ffff:127.0.0.1]")
@example("\ud800")
def test_reading_again_what_was_read_gives_the_same(text: str) -> None:
    if fault := api_url_fault(text):
        with pytest.raises(ValueError, match=r"\.$"):
            api_base(text)
        assert fault.isprintable()
        return
    base = api_base(text)
    assert api_base(base) == base
    assert api_base(graphql_url(base)) == base
    assert host_of(text) == host_of(base)
    assert is_loopback(text) == is_loopback(base)
    assert base.startswith("https://") or is_loopback(base)
    assert not base.endswith("/")
    assert host_of(base).islower() or not any(map(str.isalpha, host_of(base)))


@given(ADDRESSES | ANYTHING)
def test_http_goes_where_it_was_said(text: str) -> None:
    """httpx, which the requests are made with, reads the base as it was meant."""
    from httpx import URL

    if api_url_fault(text):
        return
    base = api_base(text)
    url = URL(graphql_url(base))
    host = f"[{url.host}]" if ":" in url.host else url.host if url.host.isascii() else url.raw_host.decode()
    assert host_of(base) == (host if url.port is None else f"{host}:{url.port}")
    assert url.userinfo == b""
    assert url.path.endswith("/public/graphql")
    assert base.endswith(url.path.removesuffix("/public/graphql"))


def test_graphql_is_behind_the_base() -> None:
    assert graphql_url(ACME) == "https://api.acme.runpanther.net/public/graphql"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (ACME, "api.acme.runpanther.net"),
        ("https://ACME.runpanther.net/x", "api.acme.runpanther.net"),
        (f"{ACME}:8443/v1", "api.acme.runpanther.net:8443"),
        ("https://panther.acme.com:443/v1", "panther.acme.com"),
        ("http://localhost:80", "localhost"),
        ("http://localhost:443", "localhost:443"),
        ("http://[::1]:4010", "[::1]:4010"),
    ],
)
def test_a_token_is_kept_under_the_host(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize("text", ["http://localhost", "http://LOCALHOST.:1", "http://127.255.0.1", "https://[::1]"])
def test_this_machine_is_told(text: str) -> None:
    assert is_loopback(text)


@pytest.mark.parametrize(
    "text", [ACME, "https://10.0.0.1", "https://128.0.0.1", "https://[::2]", "https://localhost.acme.com"]
)
def test_another_machine_is_told(text: str) -> None:
    assert not is_loopback(text)


@pytest.mark.parametrize("question", [host_of, is_loopback])
def test_of_no_address_nothing_is_told(question: object) -> None:
    assert callable(question)
    with pytest.raises(ValueError, match="whole host"):
        question("acme")
