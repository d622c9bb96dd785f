"""A learner in a real browser: opens the page, answers a question, sees the evidence, and finds it kept.

The page draws on a canvas, so what a learner sees is read where it arrives: from the WebSocket, through a terminal
emulator of the size that the page asked for. Run by `make test-browser`.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = pytest.mark.browser

pyte = pytest.importorskip("pyte")
playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EVIDENCE = "▸"
"""Stands before how a program ended."""
PATIENCE = 90.0
"""Seconds that a screen may take to appear on a busy machine."""


class Seen:
    """What stands on the learner's screen."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._screen: Any = None
        self._stream: Any = None
        page.on("websocket", self._opened)

    def _opened(self, websocket: Any) -> None:
        asked = parse_qs(urlsplit(websocket.url).query)
        self._screen = pyte.Screen(int(asked["width"][0]), int(asked["height"][0]))
        self._stream = pyte.ByteStream(self._screen)
        websocket.on("framereceived", self._arrived)
        websocket.on("framesent", self._left)

    def _arrived(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            self._stream.feed(payload)

    def _left(self, payload: bytes | str) -> None:
        if isinstance(payload, str) and (message := json.loads(payload))[0] == "resize":
            self._screen.resize(message[1]["height"], message[1]["width"])

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(self._screen.display) if self._screen else ""

    def until(self, is_there: Callable[[str], object], what: str) -> str:
        """Return the screen as soon as something is there."""
        end = time.monotonic() + PATIENCE
        while not is_there(self.text):
            assert time.monotonic() < end, f"{what} did not appear on:\n{self.text}"
            self._page.wait_for_timeout(100)
        return self.text

    def until_says(self, *words: str) -> str:
        """Return the screen as soon as it says all of something."""
        return self.until(lambda text: all(word in text for word in words), " and ".join(words))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}


@pytest.fixture(scope="module")
def address(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "quizkit", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        said = re.search(r"http://\S+", server.stdout.readline())
        assert said is not None
        yield said.group()
        server.terminate()
        assert server.wait(20) == 0


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.fail("Chromium was not found; on Debian and Ubuntu: sudo apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1200, "height": 900})
        yield opened
        browser.close()


def test_a_learner_answers_and_sees_the_evidence(
    address: str, page: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    seen = Seen(page)
    page.goto(address, wait_until="domcontentloaded")
    seen.until(lambda text: "Practice" in text and "Reading the content" not in text, "home")
    page.keyboard.press("7")
    question = seen.until_says("1 of", "Answer")
    assert EVIDENCE not in question

    page.keyboard.press("1")
    page.keyboard.press("Enter")
    seen.until_says(EVIDENCE, "Run live")
    page.screenshot(path=tmp_path / "evidence.png")
    assert (tmp_path / "evidence.png").stat().st_size > 10_000

    stats = subprocess.run(
        [sys.executable, "-m", "quizkit", "stats", "--json"],
        env=environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(stats.stdout)["attempts"] == 1
