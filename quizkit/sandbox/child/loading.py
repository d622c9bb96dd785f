"""Import what every program may need, in a child process, and make it ready for foreign text."""

from quizkit.sandbox.child import compiler, ending
from quizkit.sandbox.environment import versions


def load() -> dict[str, str]:
    """Import torch, torchvision and the worker; put stub weights in place; return the versions that were loaded."""
    from quizkit.observe import weights
    from quizkit.observe.torchvision_shim import prepare_torchvision

    prepare_torchvision()
    import torch

    with compiler.left_out():
        import torchvision

    import quizkit.sandbox.child.worker  # noqa: F401

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    weights.warm_up()
    weights.install_stubs()
    ending.spare_what_is_loaded()
    return {**versions(), "torch": str(torch.__version__), "torchvision": str(torchvision.__version__)}
