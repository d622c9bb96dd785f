"""The app in a browser: whose pages may type into it, and what a server says that cannot listen."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from quizkit.errors import UsageError
from quizkit.tui.browser import command_of, origins, serve


def test_a_page_may_name_this_machine_in_any_way() -> None:
    assert origins("localhost", 8000, None) == {
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    }


def test_a_page_behind_a_proxy_has_the_origin_of_the_proxy() -> None:
    assert origins("0.0.0.0", 8000, "https://Quiz.example/learn/") == {"https://quiz.example"}


def test_browsers_leave_out_the_usual_port() -> None:
    assert origins("192.0.2.7", 80, None) == {"http://192.0.2.7"}


def test_a_folder_with_a_space_stays_one_argument() -> None:
    assert command_of(["--content", "my bank"]).endswith("--content 'my bank'")


def test_every_address_at_once_needs_the_one_that_browsers_open() -> None:
    with pytest.raises(UsageError, match="--public-url http://NAME:8000"):
        serve([], "0.0.0.0", 8000, None)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "quizkit", "serve", "--host", "127.0.0.1", "--port", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{number}" in server.stdout.readline()
        yield number
        server.terminate()
        assert server.wait(10) == 0


def _upgrade(port: int, origin: str | None) -> int:
    """Return the status of asking for a WebSocket from a page of `origin`."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/ws?width=80&height=24", headers=headers | ({"Origin": origin} if origin else {}))
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "http://127.0.0.1:1", "null", None])
def test_another_page_is_refused(port: int, origin: str | None) -> None:
    assert _upgrade(port, origin) == 403


def test_our_own_page_is_let_in(port: int) -> None:
    assert _upgrade(port, f"http://127.0.0.1:{port}") == 101


def test_a_port_in_use_is_told_with_the_way_out(port: int) -> None:
    command = [sys.executable, "-m", "quizkit", "serve", "--host", "127.0.0.1", "--port", str(port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert f"cannot serve on 127.0.0.1 port {port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr
