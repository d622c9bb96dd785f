"""Data on its way through the layers of a network: shapes and parameter counts, as measured by hooks."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from quizkit.model.run_event import Layer, ModelDescribed
from quizkit.model.text import one_line
from quizkit.report.layout import cells, pad


def layer_flow(described: ModelDescribed) -> Content:
    """Return a line for each layer, in the order called: its name, what it gives, how much it has learnt."""
    names = [one_line(layer.name) for layer in described.layers]
    shapes = [_shape(layer.output_shape) for layer in described.layers]
    name_width, shape_width = (max(map(cells, column), default=0) for column in (names, shapes))
    kind_width = max((cells(one_line(layer.kind)) for layer in described.layers), default=0)
    count_width = max((len(f"{layer.parameters:,}") for layer in described.layers), default=0)
    lines = list(_start(described.layers, name_width + kind_width))
    for layer, name, shape in zip(described.layers, names, shapes, strict=True):
        style = "bold $good" if layer.is_trainable else ""
        count = f"{layer.parameters:>{count_width},}" if layer.parameters else " " * count_width
        state = ("trained", "$good") if layer.is_trainable else ("frozen", "$quiet")
        lines.append(
            Content.assemble(
                ("↓ ", "$quiet"),
                (pad(name, name_width), style),
                (f"  {pad(one_line(layer.kind), kind_width)}  ", "$quiet"),
                pad(shape, shape_width),
                f"  {count}  ",
                state if layer.parameters else "",
            )
        )
    return Content("\n").join(lines)


def _start(layers: Sequence[Layer], width: int) -> Iterator[Content]:
    if layers:
        yield Content.assemble((f"  {pad('images', width + 2)}  ", "$quiet"), _shape(layers[0].input_shape))


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
