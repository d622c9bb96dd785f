"""The wire between parent and child: typed JSON lines on private descriptors. Final; hardening does not change it.

Control socket (parent <-> zygote), one JSON object a datagram, SOCK_SEQPACKET:
    zygote -> parent   {"op": "ready", "versions": {...}, "pid": int}
    parent -> zygote   {"op": "run", "id": int}  with three descriptors: job, evidence, and the two streams
    parent -> zygote   {"op": "kill", "id": int}
    zygote -> parent   {"op": "ended", "id": int, "status": int, "cpu": float, "peak_kib": int}

Job pipe (parent -> child): one JSON object, then end of file: {"nonce", "probe", "scratch"}.

Evidence pipe (child -> parent): one JSON object a line, each with the job's nonce and a "frame":
    confined     {"layers": [str]}                     before any foreign text is compiled
    phase        {"name": str}                         a phase begins
    raised       {"type", "message", "phase", "line", "errno"}
    expectation  {"name", "holds", "got", "raised", "sub_values"}
    claim        the same without a name
    observe      {"value", "raised"}
    value        {"name", "value", "raised"}
    missing      {"what": str}                         something the probe requires is not here
    final        {"drew_random": bool, "stub_weights": [str]}
Without its final frame an execution is never a success. Both sides use the names below.
"""

import json
from typing import Any, Final

EVIDENCE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of evidence the parent reads from one probe; a child that sends more is killed."""

STREAM_LIMIT: Final = 64 * 1024
"""Bytes of each standard stream that are kept; the rest is drained and dropped."""

MESSAGE_LIMIT: Final = 4000
"""Characters kept of an exception's message."""

Message = dict[str, Any]


def encode(message: Message) -> bytes:
    """Return `message` as one line of ASCII JSON."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def decode(line: bytes) -> Message | None:
    """Return the JSON object on `line`, or None if it is not one."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
