"""The solution's file: read, executed, asked for `prepare` and, if it has one, `train_epoch`.

Invariant: whatever is wrong with it is told at its line, and before anything slow is begun.
"""

import ast
import inspect
import linecache
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from torch import nn, optim
from torch.nn.parameter import is_lazy

from quizkit.lab.child.failure import RunError, explained, is_refusal, line_in, told
from quizkit.lab.child.wrapping import lines_to_wrap

COPY: Final = "solution.py"
"""The program in a run's folder: what is run and digested, whatever becomes of the file it was copied from."""
_MODULE: Final = "solution"
_RETURN: Final = "end prepare with `return model.fc.parameters()`, or return whatever else is to be optimised"

Prepare = Callable[[nn.Module, int], object]
TrainEpoch = Callable[[nn.Module, Iterable[Any], optim.Optimizer, torch.device], object]


class Solution(NamedTuple):
    """What a solution's file defines."""

    path: str
    """The file."""
    source: str
    """Its text."""
    prepare: Prepare
    """Swaps the head in place and returns what is to be optimised."""
    train_epoch: TrainEpoch | None
    """Its own pass over the training batches, if it has one."""

    def error(self, what: str, remedy: str, function: str = "prepare") -> RunError:
        """Return an error that points at the definition of one of its functions."""
        code = getattr(getattr(self, function), "__code__", None)
        line = code.co_firstlineno if code is not None and code.co_filename == self.path else None
        return RunError("solution", what, remedy, self.path, line)

    @contextmanager
    def blamed(self, what: str, remedy: str, function: str = "prepare") -> Iterator[None]:
        """Work with what a function of the solution has made; where that fails, tell it as the function's fault.

        What the machine refuses, and what is raised at a line of the solution, is left to be told as that.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, RunError) or is_refusal(error) or line_in(error, self.path) is not None:
                raise
            raise self.error(f"{what}: {told(error)}", remedy, function) from error


def read_solution(copy: Path, path: str) -> Solution:
    """Return the solution that was copied from `path`, which its lines are told with. Raises RunError."""
    try:
        source = copy.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(
            "solution", f"the file cannot be read: {told(error)}", "name a Python file in UTF-8", path
        ) from error
    return load_solution(source, path)


def load_solution(source: str, path: str) -> Solution:
    """Return the solution in a text; `path` is what its lines are told with. Raises RunError."""
    try:
        tree = ast.parse(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        what = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
        raise RunError("solution", what, "correct this line, then check again", path, line) from error
    if "prepare" not in _bound(tree):
        first, remedy = lines_to_wrap(source, tree)
        raise RunError("solution", "the file defines no `prepare(model, classes)`", remedy, path, first)
    namespace = _executed(compile(tree, path, "exec", dont_inherit=True), source, path)
    solution = Solution(path, source, namespace["prepare"], namespace.get("train_epoch"))
    _check_takes(solution, "prepare", "model, classes")
    if solution.train_epoch is not None:
        _check_takes(solution, "train_epoch", "model, batches, optimizer, device")
    return solution


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that a file binds at its top level, as far as its text tells."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return names


def _executed(code: types.CodeType, source: str, path: str) -> dict[str, Any]:
    """Execute the file as a module that pickle and inspect can find, and return its namespace."""
    module = types.ModuleType(_MODULE)
    module.__file__ = path
    sys.modules[_MODULE] = module
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    with guarded(path):
        exec(code, module.__dict__)  # noqa: S102  running solutions is what this program is for
    if "prepare" not in module.__dict__:
        raise RunError(
            "solution", "the file defines no `prepare(model, classes)`", "define it at the top level", path
        )
    return module.__dict__


class guarded:  # noqa: N801  it reads as a function
    """Runs a piece of the solution; what leaves it is told as the solution's own."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Explain what left it; Ctrl-C and what is explained already pass through."""
        if error is None or isinstance(error, RunError | KeyboardInterrupt):
            return
        if isinstance(error, SystemExit):
            what = f"the solution ends the program, by SystemExit({error.code!r})"
            remedy = "leave out what ends the program, such as sys.exit: a function of a solution returns"
            raise RunError("solution", what, remedy, self._path, line_in(error, self._path)) from error
        raise explained(error, self._path) from error


def _check_takes(solution: Solution, function: str, names: str) -> None:
    """Raise RunError unless a function can be called with so many arguments."""
    wanted = f"define it as `def {function}({names})`"
    called = getattr(solution, function)
    if not callable(called) or inspect.iscoroutinefunction(called):
        raise solution.error(f"`{function}` is no plain function", wanted, function)
    try:
        inspect.signature(called).bind(*names.split(", "))
    except (TypeError, ValueError) as error:
        raise solution.error(f"`{function}` cannot be called with ({names}): {error}", wanted, function) from error


class Group(NamedTuple):
    """Parameters that are optimised with the same settings."""

    parameters: list[nn.Parameter]
    settings: dict[str, Any]
    """What overrides the run's own settings, such as a learning rate."""


def prepared(solution: Solution, model: nn.Module, classes: int) -> list[Group]:
    """Let the solution swap the head of `model`; return what it wants optimised. Raises RunError."""
    with guarded(solution.path):
        returned = solution.prepare(model, classes)
        groups = _groups(solution, returned)
    if not any(group.parameters for group in groups):
        raise solution.error("`prepare` returns no parameters at all", _RETURN)
    if any(is_lazy(each) for each in (*model.parameters(), *model.buffers())):
        what = "the network has a lazy layer, which has no shape before its first forward pass"
        raise solution.error(what, "say how wide it is: nn.Linear(model.fc.in_features, classes)")
    return groups


def _groups(solution: Solution, returned: object) -> list[Group]:
    """Return what `prepare` returned as groups: parameters, or dicts as torch.optim takes them."""
    hint = {
        type(None): "nothing", nn.Parameter: "one parameter, not several", torch.Tensor: "a tensor, not parameters",
    }.get(type(returned))  # fmt: skip
    if isinstance(returned, nn.Module):
        hint = "a module, not its parameters"
    elif isinstance(returned, optim.Optimizer):
        hint = "an optimizer, which the run builds itself"
    elif hint is None and (not isinstance(returned, Iterable) or isinstance(returned, str | bytes | Mapping)):
        hint = f"an object of type {type(returned).__name__}"
    if hint is not None or not isinstance(returned, Iterable):
        raise solution.error(f"`prepare` returns {hint}", _RETURN)
    entries = list(returned)
    if entries and all(isinstance(entry, dict) for entry in entries):
        return [_group(solution, entry) for entry in entries]
    return [Group([_parameter(solution, each) for each in entries], {})]


def _group(solution: Solution, entry: dict[str, Any]) -> Group:
    settings = dict(entry)
    given = settings.pop("params", ())
    if not isinstance(given, Iterable):
        raise solution.error(f"`prepare` returns a group whose `params` is of type {type(given).__name__}", _RETURN)
    parameters = [given] if isinstance(given, torch.Tensor) else list(given)
    return Group([_parameter(solution, each) for each in parameters], settings)


def _parameter(solution: Solution, entry: object) -> nn.Parameter:
    if isinstance(entry, nn.Parameter):
        return entry
    if isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[1], nn.Parameter):
        raise solution.error(
            "`prepare` returns names with its parameters", "use parameters(), not named_parameters()"
        )
    raise solution.error(f"`prepare` returns an object of type {type(entry).__name__} among its parameters", _RETURN)
