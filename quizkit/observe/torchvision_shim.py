"""Make `import torchvision` work beside a CPU-only torch.

The registry's torchvision is built for CUDA; beside a CPU-only torch its C++ operators do not load, and the import
fails because two operators it registers fake kernels for have no schema. Declaring the schemas cures it; models,
transforms and datasets do not need the operators. Where the real operators load, nothing is done.
"""

from importlib.util import find_spec
from pathlib import Path

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[torch.library.Library] = []
"""A library's schemas live as long as the object."""


def _operators_load() -> bool:
    spec = find_spec("torchvision")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    for extension in folder.glob("_C*") if folder else ():
        try:
            torch.ops.load_library(str(extension))
        except OSError:
            continue
        return hasattr(torch.ops.torchvision, "nms")
    return False


def prepare_torchvision() -> None:
    """Declare the missing operators; call it before the first import of torchvision."""
    if _kept or _operators_load():
        return
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    _kept.append(library)
