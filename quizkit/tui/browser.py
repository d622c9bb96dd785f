"""The app in a browser: one process of it for each page that is opened, told to the page over a WebSocket.

Invariant: only a page that this server gave out reaches the app. A WebSocket is not bound to the origin of a page as
other requests are, so any page open in the same browser could otherwise type into the app and run programs.
"""

import logging
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from aiohttp import web
from textual_serve.server import Server

from quizkit.errors import QuizkitError, UsageError

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that nothing outside this machine reaches."""
_PAGE: Final = Path(__file__).parent / "page"
"""Where the page lies. That of textual-serve takes no keys before a click, and loads a font from elsewhere."""
EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 (compared with, not listened on)
"""Hosts that stand for every address of this machine."""


def command_of(arguments: Iterable[str]) -> str:
    """Return the shell command that opens the app; no module of the working directory gets in its way."""
    return shlex.join([sys.executable, "-P", "-m", "quizkit", *arguments])


def origins(host: str, port: int, public_url: str | None) -> frozenset[str]:
    """Return the origins of the pages given out, as browsers write them."""
    if public_url is not None:
        scheme, _, rest = public_url.partition("://")
        return frozenset({f"{scheme}://{rest.partition('/')[0]}".lower()})
    hosts = LOOPBACK if host in LOOPBACK else {host}
    named = (f"[{each}]" if ":" in each else each for each in hosts)
    return frozenset(f"http://{each}" if port == 80 else f"http://{each}:{port}" for each in named)


class BrowserServer(Server):
    """textual-serve's server, for our own pages only and with few words."""

    def __init__(self, command: str, host: str, port: int, public_url: str | None) -> None:
        super().__init__(command, host=host, port=port, title="quizkit", public_url=public_url, templates_path=_PAGE)
        self._origins = origins(host, port, public_url)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet: the port is not open."""

    def serve(self, debug: bool = False) -> None:
        """Serve until SIGINT or SIGTERM; say where the app is once it can be reached. Raises OSError."""
        self.debug = debug
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        web.run_app(self._make_app(), host=self.host, port=self.port, print=self._announce)

    def _announce(self, banner: str) -> None:
        del banner  # Its address is the one that is listened on, not the one that browsers find.
        sys.stdout.write(f"quizkit is at {self.public_url} ; Ctrl-C ends it\n")
        sys.stdout.flush()

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Let a page of ours type into an app of its own. Refuses every other with 403."""
        if request.headers.get("Origin", "").lower() not in self._origins:
            raise web.HTTPForbidden(text="This is not a page that quizkit gave out.\n")
        return await super().handle_websocket(request)


def serve(arguments: Iterable[str], host: str, port: int, public_url: str | None) -> None:
    """Serve the app until interrupted. Raises QuizkitError if host and port cannot be had, or name no page."""
    if host in EVERYWHERE and public_url is None:
        raise UsageError(f"{host} is no address that a browser can open; add --public-url http://NAME:{port}")
    try:
        BrowserServer(command_of(arguments), host, port, public_url).serve()
    except OSError as error:
        where, why = f"{host} port {port}", error.strerror or str(error)
        raise QuizkitError(f"cannot serve on {where} ({why}); choose another with --port or --host") from error
