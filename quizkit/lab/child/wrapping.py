"""A training script without `prepare` -> the lines of it that belong into one.

Invariant: nothing is executed, and what is shown is the author's own text.
"""

import ast
import textwrap
from collections.abc import Iterator
from typing import Final

_PLAIN: Final = """\
def prepare(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model.fc.parameters()"""
"""What `prepare` is, without what the task asks for."""


def lines_to_wrap(source: str, tree: ast.Module) -> tuple[int | None, str]:
    """Return the first line of what belongs into `prepare`, and advice that shows the whole function."""
    model = _model_name(tree)
    swap = _swap(tree, model)
    if swap is None:
        return (
            None,
            f"the run loads the network, builds the optimizer and trains; write what makes the head:\n\n{_PLAIN}",
        )
    last, head = swap
    chosen = [node for node in tree.body[: tree.body.index(last) + 1] if _prepares(node, model)]
    lines = source.splitlines()
    texts = [textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno])) for node in chosen]
    body = textwrap.indent("\n".join(texts), "    ")
    told = (
        f"the run loads the network, builds the optimizer and trains; wrap what makes the head, "
        f"lines {chosen[0].lineno} to {last.end_lineno}, and leave out the rest of the script but its imports:\n\n"
        f"def prepare({model}, classes):\n{body}\n    return {model}.{head}.parameters()"
    )
    return chosen[0].lineno, told


def _model_name(tree: ast.Module) -> str:
    """Return the name that the script builds its network under: the target of `models.resnet18(...)` or the like."""
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.targets[0], ast.Name)
        ):
            called = ast.unparse(node.value.func)
            if called.startswith(("models.", "torchvision.models.", "resnet")):
                return node.targets[0].id
    return "model"


def _swap(tree: ast.Module, model: str) -> tuple[ast.stmt, str] | None:
    """Return the last statement that assigns to an attribute of the network, and that attribute."""
    found = None
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Attribute) and _root(target) == model:
                found = (node, ast.unparse(target).partition(".")[2])
    return found


def _prepares(node: ast.stmt, model: str) -> bool:
    """Say whether a statement works on the network: mentions it, and is not the one that builds it."""
    return model in _read(node) and not isinstance(node, ast.FunctionDef | ast.ClassDef)


def _read(node: ast.stmt) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
