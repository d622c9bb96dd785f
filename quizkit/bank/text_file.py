"""A file -> its text, or the problem that it cannot be read: no plain file, too large, not UTF-8."""

import stat
from codecs import BOM_UTF8
from pathlib import Path as FilePath
from typing import Final

from quizkit.bank.problem import problem
from quizkit.errors import Problem
from quizkit.model.bank import Place

_SIZE_LIMIT: Final = 1024 * 1024


def read_text(file: FilePath, shown: str, limit: int = _SIZE_LIMIT) -> tuple[str, list[Problem]]:
    """Return a file's text, or the problem that it cannot be read; `shown` is its name for people."""

    def refuse(what: str, remedy: str, line: int = 1, column: int = 1) -> tuple[str, list[Problem]]:
        return "", [problem(Place(file=shown, line=line, column=column), what, remedy)]

    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return refuse("this is not a regular file", "put a plain file here, or rename it")
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        return refuse("there is no such file", "check the name, and where it points if it is a link")
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        return refuse(f"the file cannot be read: {told}", "check its permissions and where it points")
    if len(data) > limit:
        return refuse(f"the file has more than {limit:,} bytes", "split it")
    text = data.removeprefix(BOM_UTF8)
    try:
        return text.decode(), []
    except UnicodeDecodeError as error:
        begin = text.rfind(b"\n", 0, error.start) + 1
        line, column = text.count(b"\n", 0, begin) + 1, len(text[begin : error.start].decode()) + 1
        number = error.start + len(data) - len(text)
        return refuse(f"byte {number:,} of the file is not UTF-8", "save the file as UTF-8", line, column)
