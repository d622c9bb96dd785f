"""What one probe may use."""

from typing import Annotated

from pydantic import Field

from quizkit.model.base import Written


class Limits(Written):
    """What one probe may use."""

    cpu_seconds: Annotated[float, Field(gt=0, le=120)] = 20
    """CPU time in seconds; wall time is six times this."""
    memory_mib: Annotated[int, Field(ge=64, le=8192)] = 1024
    """Memory in MiB on top of what the idle child already has."""
    threads: Annotated[int, Field(ge=1, le=8)] = 1
    """Intra-op threads of torch."""
