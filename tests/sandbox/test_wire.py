"""The wire format is final: its examples here are what both sides have agreed on."""

import json
import math

import pytest

from quizkit.sandbox.wire import decode, encode


def test_a_message_is_ascii_on_a_line_of_its_own() -> None:
    message = {"nonce": "n", "frame": "raised", "message": "né\n\u2028\ud800\x1b", "line": None, "n": 2**53}
    data = encode(message)
    assert data.isascii() and data.startswith(b"\n{") and data.endswith(b"}\n") and data.count(b"\n") == 2
    assert decode(data) == message


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_cannot_say_is_not_sent(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"number": number})


@pytest.mark.parametrize("line", [b"", b"null", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_none(line: bytes) -> None:
    assert decode(line) is None


def test_replacing_json_changes_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "dumps", None)
    assert encode({"a": 1}) == b'\n{"a":1}\n'
