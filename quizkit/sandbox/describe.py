"""Describe a value without calling any of its own hooks, and without ever describing more than a little of it.

Invariant: no `__repr__`, `__str__`, `__eq__`, `__iter__`, `__class__` or `__getattr__` of the described object
runs. Types are compared by identity, members are read with the built-in type's own functions, and what the
harness uses is captured here, before any snippet runs. The result is plain JSON, as `model.evidence.Value`.
"""

from typing import Any, Final

import numpy as np
import torch

_TEXT_LIMIT: Final = 2000
_NODE_LIMIT: Final = 400
_DEPTH_LIMIT: Final = 8
_ELEMENT_LIMIT: Final = 1000
_INT_BITS: Final = 2048

_type, _len, _str, _repr, _list, _sorted = type, len, str, repr, list, sorted
_type_get = type.__getattribute__
_tensor_size, _tensor_detach = torch.Tensor.size, torch.Tensor.detach
_tensor_tolist, _tensor_flatten = torch.Tensor.tolist, torch.Tensor.flatten
_tensor_numel: Final = torch.Tensor.numel
_tensor_repr: Final[Any] = torch.Tensor.__repr__
_array_tolist, _array_ravel, _array_repr = np.ndarray.tolist, np.ndarray.ravel, np.array_repr
_generic_item = np.generic.item
_tensor_types: Final = (torch.Tensor, torch.nn.Parameter)
_no_grad = torch.no_grad
_TORCH_SCALARS: Final = (torch.dtype, torch.device, torch.layout, torch.memory_format)
_FUNCTIONS: Final[tuple[type, ...]] = (
    type(len),
    type(int.__add__),
    type(lambda: None),
    type([].append),
    type(str.join),
)

Described = dict[str, Any]


def type_name(cls: type) -> str:
    """Return the qualified name of a class, bounded, without asking its metaclass."""
    try:
        module, name = _type_get(cls, "__module__"), _type_get(cls, "__qualname__")
    except Exception:
        return "unnameable type"
    if _type(module) is not str or _type(name) is not str:
        return "unnameable type"
    full = name if module in ("builtins", "__quiz__") else f"{module}.{name}"
    return clean(full, 200)


def clean(text: str, limit: int = _TEXT_LIMIT) -> str:
    """Return `text` cut to `limit` characters, lone surrogates written out so that it can be sent."""
    text = text if _len(text) <= limit else text[: limit - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def number(value: Any) -> Any:
    """Return a number as JSON can say it: as itself, or as text if it is not finite, complex or huge."""
    kind = _type(value)
    if kind is float:
        return value if value == value and value not in (float("inf"), float("-inf")) else _repr(value)
    if kind is int and value.bit_length() > 53:
        return _str(value) if value.bit_length() <= _INT_BITS else None
    return value if kind in (bool, int) else _repr(value) if kind is complex else None


def describe(value: object) -> Described:
    """Return what can safely be said of `value`: its exact type, a short text, and its content if it is plain."""
    return _Describer().describe(value, 0)


def _opaque(kind: type, text: str | None = None) -> Described:
    name = type_name(kind)
    return {"type": name, "text": text or f"<{name.rpartition('.')[2]}>", "is_complete": False}


class _Describer:
    """One description; counts the nodes it has visited."""

    def __init__(self) -> None:
        self.nodes = 0

    def describe(self, value: Any, depth: int) -> Described:
        """Describe `value` at `depth`."""
        self.nodes += 1
        kind = _type(value)
        if self.nodes > _NODE_LIMIT or depth > _DEPTH_LIMIT:
            return _opaque(kind, "…")
        if value is None or kind in (bool, int, float, complex, str, bytes, range, slice, _type(...)):
            return _plain(value, kind)
        if kind in _tensor_types:
            return _array(value, kind, _tensor_facts)
        if kind is np.ndarray:
            return _array(value, kind, _ndarray_facts)
        mro = _type.mro(kind) if _type(kind) is _type else ()
        if np.generic in mro:
            return _numpy_scalar(value, kind)
        if kind in _TORCH_SCALARS:
            return {"type": type_name(kind), "text": _str(value), "scalar": _str(value)}
        if tuple in mro:
            return self._members(kind, _list(tuple.__iter__(value)), depth)
        for base in (list, set, frozenset, dict):
            if base in mro:
                return self._members(kind, _flat(value, base), depth)
        if type in mro:
            return {"type": "type", "text": type_name(value), "scalar": type_name(value)}
        if kind in _FUNCTIONS:
            return {"type": "function", "text": "<function>", "is_complete": False}
        return _opaque(kind)

    def _members(self, kind: type, members: list[object], depth: int) -> Described:
        items = [self.describe(member, depth + 1) for member in members[:_NODE_LIMIT]]
        unordered = set in _type.mro(kind) or frozenset in _type.mro(kind)
        if unordered:
            items = _sorted(items, key=lambda item: (item["type"], item["text"]))
        complete = _len(items) == _len(members) and all(item.get("is_complete", True) for item in items)
        return {
            "type": type_name(kind),
            "text": clean(_members_text(kind, [item["text"] for item in items])),
            "items": items,
            "is_complete": complete,
        }


def _flat(value: Any, base: Any) -> list[object]:
    if base is dict:
        return [part for pair in dict.items(value) for part in pair]
    return _list(base.__iter__(value))


def _members_text(kind: type, texts: list[str]) -> str:
    inside = ", ".join(texts)
    if kind is tuple:
        return f"({inside},)" if _len(texts) == 1 else f"({inside})"
    if kind is list:
        return f"[{inside}]"
    if kind is set:
        return f"{{{inside}}}" if texts else "set()"
    if kind is dict:
        pairs = zip(texts[::2], texts[1::2], strict=False)
        return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
    if kind is torch.Size:
        return f"torch.Size([{inside}])"
    return f"{type_name(kind).rpartition('.')[2]}([{inside}])"


def _plain(value: Any, kind: type) -> Described:
    name = "NoneType" if value is None else type_name(kind)
    if kind is str:
        return {
            "type": name,
            "text": clean(_repr(value[:_TEXT_LIMIT])),
            "scalar": clean(value, 20_000),
            "is_complete": _len(value) < 20_000,
        }
    if kind is bytes:
        text = clean(_repr(value[:_TEXT_LIMIT]))
        return {"type": name, "text": text, "scalar": text, "is_complete": _len(value) <= _TEXT_LIMIT}
    if kind in (bool, int, float, complex):
        told = number(value)
        text = _repr(value) if told is not None else f"an integer of {value.bit_length()} bits"
        return {"type": name, "text": text, "scalar": told, "is_complete": told is not None}
    if kind in (range, slice):
        parts = (value.start, value.stop, value.step)
        if any(_type(part) not in (int, _type(None)) for part in parts):
            return _opaque(kind)
    return {"type": name, "text": _repr(value), "scalar": _repr(value)}


def _numpy_scalar(value: Any, kind: type) -> Described:
    item = _generic_item(value)
    inner = _plain(item, _type(item)) if _type(item) in (bool, int, float, complex, str) else _opaque(kind)
    return {**inner, "type": type_name(kind)}


def _array(value: Any, kind: type, facts: Any) -> Described:
    """Describe an array; one that torch or numpy will not read back is opaque, whatever the cause."""
    try:
        with _no_grad():
            return {"type": type_name(kind), **facts(value)}
    except Exception:
        return _opaque(kind, f"<{type_name(kind).rpartition('.')[2]} that cannot be read>")


def _tensor_facts(value: torch.Tensor) -> Described:
    shape = [int(size) for size in _tensor_size(value)]
    dtype, count = _str(value.dtype), _tensor_numel(value)
    facts = {"dtype": dtype, "shape": shape}
    if value.device.type != "cpu" or value.layout is not torch.strided or value.is_quantized:
        return {**facts, "text": f"tensor of shape {shape} on {value.device}", "is_complete": False}
    plain = _tensor_detach(value)
    if count > _ELEMENT_LIMIT:
        return {**facts, "text": f"tensor of shape {shape}, {dtype}", "is_complete": False}
    elements = _tensor_tolist(_tensor_flatten(plain))
    return {**facts, "text": clean(_tensor_repr(plain)), "numbers": [number(element) for element in elements]}


def _ndarray_facts(value: Any) -> Described:
    shape, dtype = _list(value.shape), _str(value.dtype)
    facts: Described = {"dtype": dtype, "shape": shape}
    if value.size > _ELEMENT_LIMIT or value.dtype.kind not in "biufc":
        return {**facts, "text": f"array of shape {tuple(shape)}, {dtype}", "is_complete": False}
    elements = _array_tolist(_array_ravel(value))
    return {**facts, "text": clean(_array_repr(value)), "numbers": [number(element) for element in elements]}
