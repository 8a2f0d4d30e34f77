"""Destinations of requests: untrusted addresses and redirects do not get the key."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from support.exporting import ExportServer, task
from support.stub import CERTIFICATE, Answer, Request, Stub, redirect, running_stub
from support.texts import LEGACY_KEY
from support.tokens import refresh_token

from label_studio_orm import LabelStudio
from label_studio_orm.errors import (
    AuthenticationError,
    ConnectionFailed,
    HostNotAllowed,
    InvalidInput,
    LabelStudioError,
    PermissionDenied,
)
from label_studio_orm.http import Session
from label_studio_orm.http.retry import DEFAULT_BACKOFF
from label_studio_orm.tuning import Tuning

UPLOAD = "/data/upload/1/a.png"
TOKEN = "/api/current-user/token"


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelStudio, "_tuning", Tuning(outage_timeout=0, connect_timeout=0))
    monkeypatch.setattr("label_studio_orm.transfer.media.cached.OUTAGE_TIMEOUT", 0)
    for name in ("backoff_factor", "backoff_jitter"):
        monkeypatch.setattr(DEFAULT_BACKOFF, name, 0)


@pytest.fixture
def ls(stub: Stub) -> LabelStudio:
    """A client with the options that users have who give none."""
    return LabelStudio(stub.url, api_key=LEGACY_KEY)


@pytest.fixture
def secure() -> Iterator[Stub]:
    """Another host, with a certificate that no usual authority has signed."""
    with running_stub(certificate=CERTIFICATE) as other:
        other.on("GET", "/file", Answer(body=b"found"))
        yield other


def signed(stub: Stub, path: str) -> list[bool]:
    return ["Authorization" in each.headers for each in stub.requests if each.path == path]


def export(ls: LabelStudio, stub: Stub, out: Path, *urls: str) -> Any:
    """Export tasks with these images, and the images."""
    server = ExportServer(stub)
    rows = [task(number, image=url) for number, url in enumerate(urls, 1)]
    server.content = json.dumps(rows).encode()
    return ls.projects.get(1).export("JSON", out, media=True).media


# -- the key goes to the files of the server -------------------------------------------------------

PLANTED = [
    "/data/upload/../../api/current-user/token",
    "data/upload/../../api/current-user/token",
    "/upload/../../api/current-user/token",
    "/data/local-files/../../api/current-user/token",
    "/data/upload/%2e%2e/%2E%2E/api/current-user/token",
    "/data/upload/..%2f..%2fapi/current-user/token",
    "/data/upload/%252e%252e/%252e%252e/api/current-user/token",
    "/data/upload/%25252e%25252e%25252f..%25252fapi/current-user/token",
    "/data/upload/..\\..\\api\\current-user\\token",
    "/data/upload/..%5c..%5capi/current-user/token",
    "/data/upload/..;/..;x=1/api/current-user/token",
    "/data/upload/.%09./.%0a./api/current-user/token",
    "/data/upload/%00../%20../api/current-user/token",
    "/data/upload/\uff0e\uff0e/\uff0e\uff0e/api/current-user/token",
    "/tasks/1/presign/../../../api/current-user/token",
    "{own}/api/current-user/token",
    "{own}/data/upload/../../api/current-user/token",
    "{own}/tasks/1/presign/x/../../../../api/current-user/token",
]


def lenient(stub: Stub) -> None:
    """Let a server read paths as generously as any, and give its key to whoever has shown it."""
    answer = stub.answer

    def answered(request: Request) -> Answer:
        path = unquote(unquote(unquote(unquote(request.path)))).replace("\\", "/")
        plain = "".join(letter for letter in path if letter > " ").replace("\uff0e", ".")
        parts = [part.partition(";")[0] for part in plain.split("/")]
        if posixpath.normpath("/".join(parts)) != TOKEN:
            return answer(request)
        stub.requests.append(request)
        known = "Authorization" in request.headers
        return Answer({"token": LEGACY_KEY} if known else {}, status=200 if known else 401)

    stub.answer = answered  # type: ignore[method-assign]


@pytest.mark.parametrize("url", PLANTED)
def test_an_address_in_data_does_not_bring_the_exporters_key(
    url: str, ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    lenient(stub)
    report = export(ls, stub, tmp_path, url.format(own=stub.url))
    assert len(report.missing) == 1
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert LEGACY_KEY.encode() not in written
    assert not any(
        "Authorization" in each.headers
        for each in stub.requests
        if "token" in unquote(unquote(unquote(each.path)))
    )


@pytest.mark.parametrize(
    "path",
    [
        UPLOAD,
        "/data/upload/1/a..b.png",
        "/data/upload/1/a%20%25b.png",
        "/data/upload/1/a;b.png",
        "/data/local-files/?d=../x.png",
        "/storage-data/uploaded/?filepath=upload/1/a.png",
        "/tasks/7/presign/?fileuri=czM6",
        "/tasks/7/resolve/?fileuri=czM6",
        "/projects/7/presign/?fileuri=czM6",
    ],
)
def test_files_of_the_server_are_read_with_the_key(path: str, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", path.partition("?")[0], Answer(body=b"x"))
    assert ls.fetch(path).content == ls.fetch(stub.url + path).content == b"x"
    assert signed(stub, path.partition("?")[0]) == [True, True]


def test_a_refused_path_other_than_a_file_says_that_the_key_was_not_sent(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/", Answer({"detail": "no"}, status=401))
    with pytest.raises(AuthenticationError, match=r"The key was not sent, .*ls\.request\(\)"):
        ls.fetch("/api/projects/")
    assert len(stub.requests) == 1


def test_the_login_page_is_not_taken_for_a_file(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/projects/", redirect("/user/login/?next=/projects/"))
    stub.on("GET", "/user/login/", Answer(body=b"<html>"))
    with pytest.raises(PermissionDenied, match=r"a login page\. The key was not sent"):
        ls.fetch("/projects/")


def test_a_redirect_of_a_file_to_the_api_does_not_get_the_key(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", UPLOAD, redirect(TOKEN))
    stub.on("GET", TOKEN, {})
    ls.fetch(UPLOAD)
    assert signed(stub, UPLOAD) == [True]
    assert signed(stub, TOKEN) == [False]


def test_a_redirect_of_a_download_to_another_endpoint_does_not_get_the_key(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/exports/1/download", redirect(TOKEN))
    stub.on("GET", TOKEN, {"token": LEGACY_KEY})
    ls.request("GET", "/api/exports/1/download", stream=True)
    assert signed(stub, TOKEN) == [False]


def test_a_redirect_to_the_same_endpoint_keeps_the_key(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/exports/1/download", redirect("/base/api/exports/1/download/?x=1"))
    stub.on("GET", "/base/api/exports/1/download/", {})
    ls.request("GET", "/api/exports/1/download", stream=True)
    assert signed(stub, "/base/api/exports/1/download/") == [True]


def test_the_login_of_the_users_session_goes_to_files_only(stub: Stub) -> None:
    session = Session()
    session.cookies.set("sessionid", "s3cret")
    session.auth = ("jane", "s3cret")
    stub.on("GET", TOKEN, {})
    LabelStudio(stub.url, api_key=LEGACY_KEY, session=session).fetch(TOKEN)
    assert not {"Authorization", "Cookie"} & set(stub.requests[0].headers)


@pytest.mark.parametrize("ask", ["fetch", "request"])
def test_a_chain_of_redirects_that_left_the_server_is_never_signed_again(
    ask: str, stub: Stub, elsewhere: Stub
) -> None:
    ls = LabelStudio(
        stub.url, api_key=LEGACY_KEY, hosts=["127.0.0.1"], headers={"X-Gate": "s3cret"}
    )
    stub.on("GET", UPLOAD, redirect(f"{elsewhere.url}/hop"))
    elsewhere.on("GET", "/hop", redirect(f"{stub.url}/data/upload/2/b.png"))
    stub.on("GET", "/data/upload/2/b.png", Answer(body=b"b"))
    answer = ls.fetch(UPLOAD) if ask == "fetch" else ls.request("GET", UPLOAD)
    assert answer.content == b"b"
    first, last = stub.requests
    assert {"Authorization", "X-Gate"} <= set(first.headers)
    assert not {"Authorization", "X-Gate"} & set(last.headers)


def test_a_redirect_of_another_host_to_a_file_of_the_server_is_not_signed(
    stub: Stub, elsewhere: Stub
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    elsewhere.on("GET", "/hop", redirect(stub.url + UPLOAD))
    stub.on("GET", UPLOAD, Answer(body=b"x"))
    ls.fetch(f"{elsewhere.url}/hop")
    assert signed(stub, UPLOAD) == [False]


@pytest.mark.parametrize(
    "path", ["/other-app/x", "/lsx/data/upload/x", "/ls/%2e%2e/other-app/x", "/ls/..;/x", "/"]
)
def test_another_application_of_the_servers_host_is_another_host(
    path: str, stub: Stub, tmp_path: Path
) -> None:
    ls = LabelStudio(f"{stub.url}/ls", api_key=LEGACY_KEY, allow_private=True)
    with pytest.raises(ConnectionFailed):
        ls.fetch(stub.url + path)
    (request,) = stub.requests
    assert "Authorization" not in request.headers
    with pytest.raises(HostNotAllowed):
        ls.with_options(allow_private=False).fetch(stub.url + path)


def test_a_redirect_out_of_the_base_path_does_not_get_the_key(stub: Stub) -> None:
    ls = LabelStudio(f"{stub.url}/ls", api_key=LEGACY_KEY, allow_private=True)
    stub.on("GET", "/ls/api/file", redirect("/other-app/x"))
    stub.on("GET", "/other-app/x", {})
    ls.request("GET", "/api/file")
    assert signed(stub, "/ls/api/file") == [True]
    assert signed(stub, "/other-app/x") == [False]


@pytest.mark.parametrize(
    "path", ["/api/../admin", "/%2e%2e/x", "/api/..%2fx", "/..\\x", "/a/..;/b"]
)
def test_a_path_of_the_api_has_no_dot_segments(path: str, ls: LabelStudio, stub: Stub) -> None:
    for method in ("GET", "DELETE"):
        with pytest.raises(InvalidInput, match="dot segments"):
            ls.request(method, path)
    assert stub.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_personal_access_token_is_exchanged_at_the_server_only(
    status: int, stub: Stub, elsewhere: Stub
) -> None:
    to = {"Location": f"{elsewhere.url}/api/token/refresh"}
    stub.on("POST", "/api/token/refresh", Answer(status=status, headers=to))
    ls = LabelStudio(stub.url, api_key=refresh_token(), allow_private=True)
    with pytest.raises(ConnectionFailed, match="was not followed"):
        ls.info  # noqa: B018
    assert elsewhere.requests == []


# -- bad addresses ---------------------------------------------------------------------------------

BAD = [
    "http://[::1/x",
    "http://\u2100/x",
    "http://",
    "http:///x",
    "http://a:99999/x",
    "http://a b/x",
    "http://a\\@b/x",
    "http://.../x",
    "http://" + "a" * 300 + "/x",
    "http://%00/x",
    "http://[fe80::1%25]/x",
    "HTTP://[/",
]


@pytest.mark.parametrize("url", BAD, ids=range(len(BAD)))
def test_a_bad_address_is_missing_and_the_rest_is_exported(
    url: str, ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    stub.on("GET", UPLOAD, Answer(body=b"a"))
    report = export(ls, stub, tmp_path, url, UPLOAD)
    assert report.fetched == 1
    (missing,) = report.missing
    assert missing.url == url
    assert missing.reason


@pytest.mark.parametrize(
    "url",
    ["http://\ud800/x", "http://a\ud800b/x", "/data/upload/1/\ud800.png", "s3://b/\ud800"],
    ids=ascii,
)
def test_an_address_with_a_lone_surrogate_is_missing(
    url: str, ls: LabelStudio, stub: Stub, tmp_path: Path
) -> None:
    assert [each.task for each in export(ls, stub, tmp_path, url).missing] == [1]


@pytest.mark.parametrize("url", BAD, ids=range(len(BAD)))
def test_a_bad_address_raises_our_error(url: str, ls: LabelStudio, stub: Stub) -> None:
    with pytest.raises(LabelStudioError):
        ls.fetch(url)
    location = url.encode(errors="surrogatepass").decode("latin-1")
    stub.on("GET", "/hop", redirect(location))
    with pytest.raises(LabelStudioError):
        ls.request("GET", "/hop")


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "//", ":"])
def test_a_redirect_to_another_scheme_is_named(to: str, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/hop", redirect(to))
    with pytest.raises(LabelStudioError):
        ls.request("GET", "/hop")


# -- private networks ------------------------------------------------------------------------------

SPELLINGS = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"]
SPELLINGS += ["0.0.0.0", "[::ffff:127.0.0.1]", "LOCALHOST"]


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_private_address_in_data_is_connected_to_but_sent_nothing(
    host: str, ls: LabelStudio, stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    port = elsewhere.url.rpartition(":")[2]
    url = f"http://{host}:{port}/file"
    stub.on("GET", UPLOAD, redirect(url))
    report = export(ls, stub, tmp_path, url, UPLOAD)
    assert [each.task for each in report.missing] == [1, 2]
    assert all("loopback network" in each.reason for each in report.missing), report.missing
    assert elsewhere.requests == []


def test_a_private_address_is_refused_with_the_way_to_allow_it(
    ls: LabelStudio, elsewhere: Stub
) -> None:
    with pytest.raises(HostNotAllowed) as caught:
        ls.fetch(f"{elsewhere.url}/file")
    for part in ("127.0.0.1", "loopback", "hosts=['127.0.0.1']", "allow_private=True"):
        assert part in str(caught.value)


def test_a_refusal_is_not_retried(ls: LabelStudio, elsewhere: Stub) -> None:
    session = ls._transport.connections.external(private=False)
    send, tries = session.request, []

    def request(*args: Any, **options: Any) -> Any:
        tries.append(args)
        return send(*args, **options)

    session.request = request  # type: ignore[method-assign]
    with pytest.raises(HostNotAllowed):
        ls.fetch(f"{elsewhere.url}/file")
    assert len(tries) == 1


@pytest.mark.parametrize("options", [{"allow_private": True}, {"hosts": ["127.0.0.1"]}])
def test_private_hosts_are_read_where_that_is_allowed(
    options: Any, ls: LabelStudio, elsewhere: Stub
) -> None:
    allowed = ls.with_options(**options)
    assert allowed.fetch(f"{elsewhere.url}/file").content == b"found"
    with pytest.raises(HostNotAllowed):  # over no connection that was kept alive
        ls.fetch(f"{elsewhere.url}/file")


def test_another_port_of_the_servers_host_is_another_host(ls: LabelStudio, elsewhere: Stub) -> None:
    with pytest.raises(HostNotAllowed):
        ls.fetch(f"{elsewhere.url}{UPLOAD}")


def test_through_a_proxy_names_are_checked_by_local_resolution(stub: Stub) -> None:
    with running_stub() as proxy:
        proxy.on("GET", "/file", Answer(body=b"found"))
        ls = LabelStudio(stub.url, api_key=LEGACY_KEY, proxies={"http": proxy.url})
        for host in ("localhost", "127.1", "169.254.169.254", "[::1]", "10.0.0.1"):
            with pytest.raises(HostNotAllowed):
                ls.fetch(f"http://{host}/file")
        assert proxy.requests == []
        assert ls.fetch("http://files.example.invalid/file").content == b"found"


# -- whose fault it is -----------------------------------------------------------------------------


def test_an_error_names_the_host_that_the_redirect_leads_to(stub: Stub, elsewhere: Stub) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    stub.on("GET", UPLOAD, redirect(f"{elsewhere.url.replace('127.0.0.1', 'localhost')}/hop"))
    elsewhere.on("GET", "/hop", Answer(cut=True))
    with pytest.raises(ConnectionFailed, match="Lost http://localhost during GET") as caught:
        ls.with_options(timeout=5).fetch(UPLOAD)
    assert caught.value.host == f"localhost:{elsewhere.url.rpartition(':')[2]}"


def test_a_host_without_a_response_does_not_stop_files_of_the_host_that_redirects_there(
    stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    elsewhere.on("GET", "/gone.png", redirect("http://127.0.0.1:9/gone.png"))
    elsewhere.on("GET", "/there.png", Answer(body=b"x"))
    report = export(ls, stub, tmp_path, f"{elsewhere.url}/gone.png", f"{elsewhere.url}/there.png")
    assert report.fetched == 1
    assert "Cannot connect to http://127.0.0.1" in report.missing[0].reason


# -- what goes along -------------------------------------------------------------------------------


def test_other_hosts_get_nothing_of_the_users_session(stub: Stub, elsewhere: Stub) -> None:
    seen: list[str] = []
    session = Session()
    session.headers["X-Team"] = "s3cret"
    session.params = {"token": "s3cret"}
    session.cookies.set("team", "s3cret")
    session.auth = ("jane", "s3cret")
    session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
    options: Any = {"session": session, "headers": {"X-Gate": "s3cret"}, "allow_private": True}
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, **options)
    stub.on("GET", UPLOAD, redirect(f"{elsewhere.url}/file"))
    for url in (UPLOAD, f"{elsewhere.url}/file"):
        ls.fetch(url, headers={"X-Own": "s3cret", "Range": "bytes=0-"})
    for request in elsewhere.requests:
        assert request.query == {}
        usual = {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", "Range"}
        assert set(request.headers) == usual
    assert [url.partition("?")[0] for url in seen] == [stub.url + UPLOAD]


def test_the_body_of_a_reading_request_is_not_redirected_elsewhere(
    stub: Stub, elsewhere: Stub
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    stub.on("GET", "/api/search", redirect(f"{elsewhere.url}/file"))
    ls.request("GET", "/api/search", json={"secret": 1}, params={"a": "b"})
    (request,) = elsewhere.requests
    assert (request.body, request.query) == (b"", {})


def test_cookies_of_other_hosts_are_not_kept(stub: Stub, elsewhere: Stub) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    elsewhere.on("GET", "/c", Answer(body=b"x", headers={"Set-Cookie": "a=b"}))
    for _ in range(2):
        ls.fetch(f"{elsewhere.url}/c")
    assert "Cookie" not in elsewhere.requests[1].headers


@pytest.mark.parametrize("verify", [False, str(CERTIFICATE)])
@pytest.mark.parametrize("in_session", [False, True])
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_certificates_of_other_hosts_are_verified_as_usual(
    in_session: bool, verify: bool | str, stub: Stub, secure: Stub
) -> None:
    session = Session()
    session.verify = verify if in_session else True
    options: Any = {} if in_session else {"verify": verify}
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, session=session, **options)
    with pytest.raises(ConnectionFailed, match="certificate"):
        ls.with_options(allow_private=True).fetch(f"{secure.url}/file")
    assert secure.requests == []
    named = ls.with_options(hosts=["127.0.0.1"])
    assert named.fetch(f"{secure.url}/file").content == b"found"
    assert "Authorization" not in secure.requests[0].headers


def test_a_client_certificate_goes_to_the_server_only(stub: Stub, elsewhere: Stub) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, cert=str(CERTIFICATE), allow_private=True)
    session = ls._transport.connections.external(private=True)
    adapter: Any = session.get_adapter(elsewhere.url)
    send, given = adapter.send, []
    adapter.send = lambda request, **options: given.append(options) or send(request, **options)
    ls.fetch(f"{elsewhere.url}/file")
    assert [each["cert"] for each in given] == [None]


def test_files_elsewhere_come_by_eight_threads_over_few_connections(
    stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, hosts=["127.0.0.1"])
    urls = [f"{elsewhere.url}/{number}.png" for number in range(40)]
    for number in range(40):
        elsewhere.on("GET", f"/{number}.png", Answer(body=b"x"))
    assert export(ls, stub, tmp_path, *urls).fetched == 40
    assert len({request.port for request in elsewhere.requests}) <= 8
    ls.close()
    assert ls.fetch(urls[0]).content == b"x"
