"""Describe a value without calling any of its own hooks, and without ever describing more than a little of it.

Invariant: no `__repr__`, `__str__`, `__eq__`, `__iter__`, `__class__` or `__getattr__` of the described object or of
its class runs. Types are compared by identity, members are read with the built-in type's own functions, and what the
harness uses is captured here, before any snippet runs. The result is plain JSON, as `model.evidence.Value`.
"""

import importlib.util
import types
from itertools import chain, islice
from typing import Any, Final

import numpy as np
import torch
import torch._tensor_str

from quizkit.observe.hooks import unhooked

_TEXT_LIMIT: Final = 2000
_STRING_LIMIT: Final = 20_000
"""Characters of the longest text that is told whole, and of all texts in one description, but for the last."""
_NODE_LIMIT: Final = 400
_DEPTH_LIMIT: Final = 8
_ELEMENT_LIMIT: Final = 1000
"""Elements of all arrays in one description."""
_INT_BITS: Final = 2048


def _identities(*types: type) -> frozenset[int]:
    """Return the types' ids: asking whether a type is among them never calls a metaclass's `__eq__`."""
    return frozenset(map(id, types))


_ndarray, _generic, _Size, _strided = np.ndarray, np.generic, torch.Size, torch.strided
_NUMBERS: Final = _identities(bool, int, float, complex)
_WORDS: Final = _identities(type(None), type(...), range, slice)
_TENSORS: Final = _identities(torch.Tensor, torch.nn.Parameter)
_TORCH_WORDS: Final = _identities(torch.dtype, torch.device, torch.layout, torch.memory_format)
_FUNCTIONS: Final = _identities(
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)
_mro_of = type.__dict__["__mro__"].__get__
_module_of = type.__dict__["__module__"].__get__
_name_of = type.__dict__["__qualname__"].__get__
_tensor_size, _tensor_detach, _tensor_numel = torch.Tensor.size, torch.Tensor.detach, torch.Tensor.numel
_tensor_tolist = torch.Tensor.tolist
_dtype_of, _device_of, _layout_of, _is_quantized = (
    getattr(torch.Tensor, name).__get__ for name in ("dtype", "device", "layout", "is_quantized")
)
_array_tolist, _array_ravel, _array_repr = np.ndarray.tolist, np.ndarray.ravel, np.array_repr
_array_options: Final[Any] = np.printoptions
_ARRAY_HOOKS: Final = {name: None for name in ("formatter", "override_repr") if name in np.get_printoptions()}
"""Options of numpy's that are functions, switched off."""
_generic_item = np.generic.item
_no_grad = torch.no_grad

Described = dict[str, Any]


def _second_copy(module: types.ModuleType) -> Any:
    """Return a copy of a module that nothing else has: a program can change the first one only."""
    spec = importlib.util.find_spec(module.__name__)
    assert spec is not None and spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


_printer: Final = torch._tensor_str
_own_printer: Final = _second_copy(_printer)
_OPTIONS: Final = tuple(vars(_printer.PRINT_OPTS))
_PLAIN_OPTIONS: Final = _identities(int, float, bool, type(None))


def mro(kind: type) -> tuple[type, ...]:
    """Return the classes that `kind` is made of, without asking its metaclass."""
    found: tuple[type, ...] = _mro_of(kind)
    return found


def is_among(kind: type, bases: tuple[type, ...]) -> bool:
    """Say whether `kind` itself is one of `bases`: identity, not equality."""
    return any(kind is base for base in bases)


def type_name(cls: type) -> str:
    """Return the qualified name of a class, bounded, without asking its metaclass."""
    module, name = _module_of(cls), _name_of(cls)
    if type(module) is not str or type(name) is not str:
        return "unnameable type"
    return clean(name if module in ("builtins", "__quiz__") else f"{module}.{name}", 200)


def clean(text: str, limit: int = _TEXT_LIMIT) -> str:
    """Return `text` cut to `limit` characters, lone surrogates written out so that it can be sent."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def describe(value: object) -> Described:
    """Return what can safely be said of `value`: its exact type, a short text, and its content if it is plain."""
    return _Describer().describe(value, 0)


def in_brief(told: Described) -> Described:
    """Return a description without its content: what is shown and never compared."""
    scalar = told.get("scalar")
    if "scalar" in told and not (type(scalar) is str and len(scalar) > _TEXT_LIMIT):
        return told
    return {name: told[name] for name in ("type", "text", "dtype", "shape") if name in told} | {"is_complete": False}


def _number(value: Any) -> Any:
    """Return a number as JSON can say it: as itself, or as text if it is not finite, complex or huge."""
    kind = type(value)
    if kind is float:
        return value if value == value and value not in (float("inf"), float("-inf")) else repr(value)
    if kind is int and value.bit_length() > 53:
        return str(value) if value.bit_length() <= _INT_BITS else None
    return value if kind is bool or kind is int else repr(value) if kind is complex else None


def _opaque(kind: type, text: str | None = None) -> Described:
    name = type_name(kind)
    return {"type": name, "text": text or f"<{name.rpartition('.')[2]}>", "is_complete": False}


class _Describer:
    """One description; counts the nodes it has visited, and the characters and array elements it has read."""

    def __init__(self) -> None:
        self.nodes = 0
        self.characters = 0
        self.elements = 0

    def describe(self, value: Any, depth: int) -> Described:
        """Describe `value` at `depth`."""
        self.nodes += 1
        kind = type(value)
        if self.nodes > _NODE_LIMIT or depth > _DEPTH_LIMIT or self.characters > _STRING_LIMIT:
            return _opaque(kind, "…")
        if (plain := _plain(value, kind)) is not None:
            self.characters += len(plain["text"]) + len(value) if kind is str else len(plain["text"])
            return plain
        if id(kind) in _TENSORS or kind is _ndarray:
            return self._array(value, kind)
        bases = mro(kind)
        if is_among(_generic, bases):
            item = _generic_item(value)
            return {**(_plain(item, type(item)) or _opaque(kind)), "type": type_name(kind)}
        for base in (tuple, list, set, frozenset, dict):
            if is_among(base, bases):
                return self._members(kind, _members_of(value, base), depth)
        if is_among(type, bases):
            return {"type": "type", "text": type_name(value), "scalar": type_name(value)}
        if id(kind) in _FUNCTIONS:
            return {"type": "function", "text": "<function>", "is_complete": False}
        return _opaque(kind)

    def _members(self, kind: type, members: list[object], depth: int) -> Described:
        items = [self.describe(member, depth + 1) for member in members[:_NODE_LIMIT]]
        if is_among(set, mro(kind)) or is_among(frozenset, mro(kind)):
            items = sorted(items, key=lambda item: (item["type"], item["text"]))
        complete = len(items) == len(members) and all(item.get("is_complete", True) for item in items)
        return {
            "type": type_name(kind),
            "text": clean(_members_text(kind, [item["text"] for item in items])),
            "items": items,
            "is_complete": complete,
        }

    def _array(self, value: Any, kind: type) -> Described:
        """Describe an array; one that torch or numpy will not read back is opaque, whatever the cause."""
        facts = _ndarray_facts if kind is _ndarray else _tensor_facts
        try:
            with unhooked(), _no_grad():
                told = {"type": type_name(kind), **facts(value, _ELEMENT_LIMIT - self.elements)}
        except Exception:
            return _opaque(kind, f"<{type_name(kind).rpartition('.')[2]} that cannot be read>")
        self.elements += len(told.get("numbers", ()))
        return told


def _members_of(value: Any, base: Any) -> list[object]:
    """Return the first members, one more than are described."""
    if base is dict:
        return [part for pair in islice(dict.items(value), _NODE_LIMIT) for part in pair]
    return list(islice(base.__iter__(value), _NODE_LIMIT + 1))


def _members_text(kind: type, texts: list[str]) -> str:
    inside = ", ".join(texts)
    if kind is tuple:
        return f"({inside},)" if len(texts) == 1 else f"({inside})"
    if kind is list:
        return f"[{inside}]"
    if kind is set:
        return f"{{{inside}}}" if texts else "set()"
    if kind is dict:
        pairs = zip(texts[::2], texts[1::2], strict=False)
        return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
    if kind is _Size:
        return f"torch.Size([{inside}])"
    return f"{type_name(kind).rpartition('.')[2]}([{inside}])"


def _plain(value: Any, kind: type) -> Described | None:
    """Describe a value of a built-in type that holds no others; None if it is not one."""
    if kind is str:
        return {
            "type": "str",
            "text": clean(repr(value[:_TEXT_LIMIT])),
            "scalar": clean(value, _STRING_LIMIT),
            "is_complete": len(value) <= _STRING_LIMIT,
        }
    if kind is bytes:
        text = repr(value[: _STRING_LIMIT // 4])
        return {
            "type": "bytes",
            "text": clean(text),
            "scalar": text,
            "is_complete": len(value) <= _STRING_LIMIT // 4,
        }
    if id(kind) in _NUMBERS:
        told = _number(value)
        text = repr(value) if told is not None else f"an integer of {value.bit_length()} bits"
        return {"type": type_name(kind), "text": text, "scalar": told, "is_complete": told is not None}
    if kind is range or kind is slice:
        parts = (value.start, value.stop, value.step)
        if not all(part is None or (type(part) is int and part.bit_length() <= _INT_BITS) for part in parts):
            return _opaque(kind)
    if id(kind) in _WORDS or id(kind) in _TORCH_WORDS:
        text = clean(repr(value))
        return {"type": type_name(kind), "text": text, "scalar": text}
    return None


def _tensor_facts(value: torch.Tensor, room: int) -> Described:
    shape = [int(size) for size in _tensor_size(value)]
    dtype, device, count = str(_dtype_of(value)), _device_of(value), _tensor_numel(value)
    facts = {"dtype": dtype, "shape": shape}
    if device.type != "cpu" or _layout_of(value) is not _strided or _is_quantized(value):
        return {**facts, "text": f"tensor of shape {shape} on {device}", "is_complete": False}
    if count > room:
        return {**facts, "text": f"tensor of shape {shape}, {dtype}", "is_complete": False}
    elements = _flat(_tensor_tolist(value), len(shape)) if count else []
    return {**facts, "text": _tensor_text(value, shape), "numbers": [_number(element) for element in elements]}


def _flat(nested: Any, dimensions: int) -> Any:
    """Return the elements of lists in lists; a program may have replaced torch's own operations."""
    if dimensions == 0:
        return [nested]
    for _ in range(dimensions - 1):
        nested = list(chain.from_iterable(nested))
    return nested


def _tensor_text(value: torch.Tensor, shape: list[int]) -> str:
    """Return the tensor as torch prints it, with the program's options, so far as they are plain."""
    try:
        for name in _OPTIONS:
            option = getattr(_printer.PRINT_OPTS, name)
            if id(type(option)) in _PLAIN_OPTIONS:
                setattr(_own_printer.PRINT_OPTS, name, option)
        return clean(_own_printer._str(_tensor_detach(value)))
    except Exception:
        return f"tensor of shape {shape}, {_dtype_of(value)}"


def _ndarray_facts(value: Any, room: int) -> Described:
    shape, dtype = list(value.shape), str(value.dtype)
    facts: Described = {"dtype": dtype, "shape": shape}
    if value.size > room or value.dtype.kind not in "biufc":
        return {**facts, "text": f"array of shape {tuple(shape)}, {dtype}", "is_complete": False}
    elements = _array_tolist(_array_ravel(value))
    with _array_options(**_ARRAY_HOOKS):
        text = clean(_array_repr(value))
    return {**facts, "text": text, "numbers": [_number(element) for element in elements]}
