"""The wire says whether a request may have arrived, and keeps nothing between companies."""

import asyncio

import httpx
import pytest
from pytest_httpx import HTTPXMock

from service.quickbooks.errors import NoAnswerError, NotSentError
from service.quickbooks.http import Http

URL = "https://quickbooks.test/v3/company/42/query"


class DroppedConnection(Exception):  # noqa: N818 - named as servers name it
    """What an in-process server may raise instead of closing a socket."""


@pytest.fixture
async def http():
    http = Http()
    yield http
    await http.close()


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("full"),
        httpx.ProxyError("no"),
    ],
)
async def test_without_a_connection_nothing_was_sent(http: Http, httpx_mock: HTTPXMock, error) -> None:
    httpx_mock.add_exception(error)

    with pytest.raises(NotSentError):
        await http.request("POST", URL, body=b"{}")


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("silence"),
        httpx.WriteTimeout("stuck"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.ReadError("reset"),
        DroppedConnection(),
    ],
)
async def test_whatever_breaks_later_leaves_the_outcome_unknown(
    http: Http, httpx_mock: HTTPXMock, error
) -> None:
    httpx_mock.add_exception(error)

    with pytest.raises(NoAnswerError, match=type(error).__name__):
        await http.request("POST", URL, body=b"{}")


async def test_a_cancelled_request_stays_cancelled() -> None:
    async def app(scope, receive, send) -> None:
        raise asyncio.CancelledError

    http = Http(httpx.ASGITransport(app=app))
    with pytest.raises(asyncio.CancelledError):
        await http.request("GET", URL)
    await http.close()


async def test_an_answer_in_an_encoding_that_breaks_off_is_none(http: Http, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(content=b"no gzip", headers={"Content-Encoding": "gzip"})

    with pytest.raises(NoAnswerError):
        await http.request("GET", URL)


async def test_parameters_are_encoded_to_the_last_character(http: Http, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response()

    await http.request("GET", URL, parameters=[("query", "a = 'R&D +1'"), ("minorversion", "75")])

    (request,) = httpx_mock.get_requests()
    assert request.url.query == b"query=a%20%3D%20%27R%26D%20%2B1%27&minorversion=75"


async def test_header_names_come_in_lower_case_and_no_cookie_is_kept(
    http: Http, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(headers={"Intuit_Tid": "1-5f", "Set-Cookie": "company=42; Path=/"})
    httpx_mock.add_response()

    answer = await http.request("GET", URL)
    await http.request("GET", URL)

    assert answer.headers["intuit_tid"] == "1-5f"
    assert "cookie" not in httpx_mock.get_requests()[1].headers


async def test_redirects_are_answers_and_writes_outwait_quickbooks(http: Http, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=302, headers={"Location": "https://elsewhere.test/"})

    answer = await http.request("POST", URL, body=b"{}", read_seconds=130.0)

    assert answer.status == 302
    timeout = httpx_mock.get_requests()[0].extensions["timeout"]
    assert timeout == {"connect": 5.0, "read": 130.0, "write": 30.0, "pool": 30.0}
