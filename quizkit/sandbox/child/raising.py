"""Say what can safely be said of an exception: no method of the program's own runs, whatever its class.

Invariant: `report` never raises and its answer is bounded. It reports facts, from which the parent tells an exception
of the program from one that a wall of the sandbox caused: the built-in classes, the error number, whether a `raise`
in the program's own text raised it, and the exceptions that led to it.
"""

import builtins
import dis
import sysconfig
from collections.abc import Container
from types import FrameType, FunctionType
from typing import Any, Final

from quizkit.sandbox.child.describe import Described, clean, describe, is_among, mro, type_name
from quizkit.sandbox.wire import MESSAGE_LIMIT

_CHAIN_LIMIT: Final = 8
_PLAIN: Final = frozenset(map(id, (str, bytes, int, float, bool, type(None))))
_BUILT_IN_TYPES: Final[list[type]] = [
    value for value in vars(builtins).values() if isinstance(value, type) and issubclass(value, BaseException)
]
_RAISE: Final = dis.opmap["RAISE_VARARGS"]
_LIBRARIES: Final = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_args_of: Final = BaseException.__dict__["args"].__get__
_traceback_of: Final = BaseException.__dict__["__traceback__"].__get__
_cause_of: Final = BaseException.__dict__["__cause__"].__get__
_context_of: Final = BaseException.__dict__["__context__"].__get__
_errno_of: Final = OSError.__dict__["errno"].__get__
_dict_of: Final = type.__dict__["__dict__"].__get__
_name_of: Final = type.__dict__["__name__"].__get__

_UNICODE_FIELDS: Final = ("encoding", "reason")
_MADE_OF: Final = {
    OSError: ("errno", "strerror", "filename", "filename2"),
    UnicodeDecodeError: _UNICODE_FIELDS,
    UnicodeEncodeError: _UNICODE_FIELDS,
    UnicodeTranslateError: ("reason",),
}
"""The fields that a built-in class makes its message of, beside `args`."""
_FIELDS: Final = {
    id(kind): [kind.__dict__[name].__get__ for name in _MADE_OF.get(kind, ())] for kind in _BUILT_IN_TYPES
}


def report(error: BaseException, phase: str, own_files: Container[str] = ()) -> Described:
    """Return the facts of `error`, which left `phase`; `own_files` are the file names of the program's own text."""
    told = _facts(error, own_files)
    told["phase"], told["line"] = phase, _line(error, f"<{phase}>")
    told["behind"] = [_facts(earlier, own_files) for earlier in _chain(error)]
    return told


def _facts(error: BaseException, own_files: Container[str]) -> Described:
    kind = type(error)
    bases = mro(kind)
    number = _errno_of(error) if is_among(OSError, bases) else None
    return {
        "type": type_name(kind).rpartition(".")[2],
        "message": clean(_message(error, bases), MESSAGE_LIMIT),
        "bases": [_name_of(base) for base in bases if id(base) in _FIELDS],
        "errno": number if type(number) is int else None,
        "is_own": _is_raised_by(error, own_files),
    }


def _message(error: BaseException, bases: tuple[type, ...]) -> str:
    """Return the message as Python would show it, unless something of the program's own would make it."""
    args: tuple[Any, ...] = _args_of(error)
    if is_among(SyntaxError, bases):
        return args[0] if args and type(args[0]) is str else "invalid syntax"
    try:
        if _is_trusted(error, bases) and all(id(type(argument)) in _PLAIN for argument in args):
            return str(error)
        return ", ".join(describe(argument)["text"] for argument in args[:8])
    except Exception:
        return "an exception whose message cannot be read"


def _is_trusted(error: BaseException, bases: tuple[type, ...]) -> bool:
    maker = next(base for base in bases if "__str__" in _dict_of(base))
    method = _dict_of(maker)["__str__"]
    if type(method) is FunctionType:  # A library's own; what the program itself defines lies in no file.
        return method.__code__.co_filename.startswith(_LIBRARIES)
    fields = _FIELDS.get(id(maker))
    return fields is not None and all(id(type(field(error))) in _PLAIN for field in fields)


def _chain(error: BaseException) -> list[BaseException]:
    """Return the exceptions that led to this one, the latest first."""
    found: list[BaseException] = []
    step = error
    while len(found) < _CHAIN_LIMIT:
        cause = _cause_of(step)
        earlier = _context_of(step) if cause is None else cause
        if earlier is None or any(earlier is known for known in (error, *found)):
            break
        found.append(earlier)
        step = earlier
    return found


def _is_raised_by(error: BaseException, own_files: Container[str]) -> bool:
    """Say whether the exception comes from a `raise` statement in one of these files."""
    step = _traceback_of(error)
    if step is None:
        return False
    while step.tb_next is not None:
        step = step.tb_next
    frame: FrameType = step.tb_frame
    code = frame.f_code
    return code.co_filename in own_files and code.co_code[step.tb_lasti] == _RAISE


def _line(error: BaseException, filename: str) -> int | None:
    """Return the line of the phase's own text: of a syntax error, or that the exception left through last."""
    if is_among(SyntaxError, mro(type(error))):
        args = _args_of(error)
        where = args[1] if len(args) > 1 and type(args[1]) is tuple else ()
        return where[1] if len(where) > 1 and type(where[1]) is int else None
    line = None
    step = _traceback_of(error)
    while step is not None:
        if step.tb_frame.f_code.co_filename == filename:
            line = step.tb_lineno
        step = step.tb_next
    return line
