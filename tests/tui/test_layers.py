"""The way through the layers fits eighty columns, whatever ResNets call their layers."""

from quizkit.model.run_event import Layer, ModelDescribed
from quizkit.tui.widgets.layers import layer_flow

ROOM = 75
"""Columns between the margins of a page and its scrollbar, where there are eighty."""


def test_every_layer_of_a_resnet_says_whether_it_is_trained_within_eighty_columns() -> None:
    first, last = (1, 512, 28, 28), (1, 512, 1, 1)
    layers = (
        Layer(name="layer2.0.downsample.0", kind="Conv2d", input_shape=first, output_shape=first,
              parameters=2_359_296, is_trainable=False),
        Layer(name="avgpool", kind="AdaptiveAvgPool2d", input_shape=first, output_shape=last, parameters=0,
              is_trainable=False),
        Layer(name="fc", kind="Linear", input_shape=(1, 512), output_shape=(1, 10), parameters=5130,
              is_trainable=True),
    )  # fmt: skip
    images, *lines = layer_flow(ModelDescribed(layers=layers)).plain.splitlines()
    assert "1x512x28x28" in images and all(len(line) <= ROOM for line in lines)
    assert [line.split()[-1] for line in lines] == ["frozen", "1x512x1x1", "trained"]
