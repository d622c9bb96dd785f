"""The training process that is measured: `python -m benchmarks.training_child` prints one round as JSON."""

from quizkit.observe.torchvision_shim import prepare_torchvision


def main() -> None:
    """Measure one round."""
    prepare_torchvision()
    from benchmarks.training_loops import measure  # After it: torchvision does not load beside a CPU-only torch.

    measure()


if __name__ == "__main__":
    main()
