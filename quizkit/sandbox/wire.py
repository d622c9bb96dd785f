"""The wire between parent and child: typed JSON lines on private descriptors. Final; hardening does not change it.

Control socket (parent <-> zygote), one JSON object a datagram, SOCK_SEQPACKET:
    zygote -> parent   {"op": "ready", "versions": {...}, "pid": int}
    parent -> zygote   {"op": "run", "id": int, "compiler": bool}  with four descriptors: job, evidence, and the two
                        output streams; "compiler" if it pays to have imported torch's compiler before forking
    parent -> zygote   {"op": "kill", "id": int}
    zygote -> parent   {"op": "ended", "id": int, "status": int, "cpu": float, "peak_kib": int,
                        "excess": str}             what it had too much of, in words; else empty
        sent when the process and everything it started are dead; "status" is a wait status.

Job pipe (parent -> child): one JSON object, then end of file: {"nonce", "probe", "folder", "layers"}; the folder is
the child's working directory, its own, and may be written to only if the probe requires scratch; the layers are those
of the confinement that must be applied, or nothing is run.

Evidence pipe (child -> parent): one JSON object a line, each with the job's nonce and a "frame":
    confined     {"layers": [str]}                     first of all, before any foreign text is compiled
    phase        {"name": str}                         a phase begins; `syntax` is the first, then the prelude
    raised       {...exception, "part": str}           "part" is the text at fault where "phase" is `syntax`
    expectation  {"name", "holds", "got", "raised", "sub_values"}
    claim        the same without a name
    observe      {"value", "raised"}
    value        {"name", "value", "raised"}
    missing      {"what": str}                         something the probe requires is not here
    fault        {...exception}                        the harness failed: nothing is known of the program
    final        {"drew_random": bool, "stub_weights": [str], "frames": int}   how many frames came before it
An exception is {"type", "message", "phase", "line", "bases", "errno", "is_own", "behind"}: the built-in classes it is
of, whether a `raise` of the program's own text raised it, and the exceptions that led to it.
Without its final frame, or with a frame lost, an execution is never a success. Both sides use the names below.
"""

import json
import json.encoder
from collections.abc import Callable, Sequence
from typing import Any, Final

EVIDENCE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of evidence the parent reads from one probe; a child that sends more is killed."""

STREAM_LIMIT: Final = 64 * 1024
"""Bytes of each standard stream that are kept; the rest is drained and dropped."""

MESSAGE_LIMIT: Final = 4000
"""Characters kept of an exception's message."""

BROKEN_STATUS: Final = 70
"""Exit status of a child whose harness failed and could not even say so."""

Message = dict[str, Any]

# Made once, by C and of C: a snippet that replaces any part of json must not speak for the harness. No cycles are
# looked for; ASCII, no indent, no spaces, keys as they come, no key skipped, no NaN.
_chunks: Final[Callable[[Message, int], Sequence[str]]] = vars(json.encoder)["c_make_encoder"](
    None, json.JSONEncoder().default, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False
)


def encode(message: Message) -> bytes:
    """Return `message` as ASCII JSON on a line of its own, whatever stands before it on the descriptor."""
    return b"\n" + "".join(_chunks(message, 0)).encode("ascii") + b"\n"


def decode(line: bytes) -> Message | None:
    """Return the JSON object on `line`, or None if it is not one."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
