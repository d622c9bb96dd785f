"""What the golden transcripts pin: whole conversations, word for word. Nothing here is a test.

    python tests/plain/transcripts.py

writes the files again; look at `git diff` before you keep them.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from made_up_offer import Clock, beginning, by_id, card, item, option  # noqa: E402

from quizkit.model.evidence import Outcome, Raise  # noqa: E402
from quizkit.model.mode import Mode  # noqa: E402
from quizkit.model.served import Check, Entry, OptionEvidence, ServedItem  # noqa: E402
from quizkit.plain.play import play  # noqa: E402
from quizkit.plain.talk import Talk  # noqa: E402
from quizkit.practice.history import History  # noqa: E402
from quizkit.practice.state import Session  # noqa: E402
from quizkit.practice.study import Study  # noqa: E402

FOLDER = Path(__file__).parent / "golden"

SNIPPET = item("a", given="model = load()\n____\nmodel.eval()")
SEVERAL = item("b", "medium", key=("fc", "head"), hints=())


def _diagnosis() -> ServedItem:
    raised = Raise(type="RuntimeError", message="mat1 and mat2 shapes cannot be multiplied", phase="forward", line=1)
    fault = OptionEvidence(outcome=Outcome.RAISED, raised=raised)
    ran = OptionEvidence(
        about="cure",
        contexts=("arch=resnet18", "arch=resnet34"),
        outcome=Outcome.RETURNED,
        checks=(Check(name="ten", source="y.shape == (2, 10)", wanted="True", got="True", holds=True),),
    )
    cure = " model = load()\n-head = Linear(1024, 10)\n+head = Linear(512, 10)"
    return item(
        "c",
        "hard",
        kind="diagnosis",
        given="model = load()\nhead = Linear(1024, 10)",
        premise=(fault,),
        stages=(("forward", "y = model(x)"),),
        options=(
            option("width", is_right=True, is_code=False, text="The width.", cure=cure, evidence=(ran,)),
            option("mode", is_right=False, is_code=False, text="The mode.", evidence=(fault,)),
            option("long", is_right=False, text="model.a = 1\nmodel.b = 2"),
        ),
        environments=("python3.12 torch2.9.0",),
        is_proved_here=False,
        notes=("seeded stub weights stood in for pretrained ones",),
    )


def conversation(
    mode: Mode, script: str, *entries: Entry, seconds: float = 12.0, proof: str = "the whole proof"
) -> tuple[str, Session]:
    """Return what is said, and the session in the end. Each line of the script takes some seconds to type."""
    clock, out = Clock(), io.StringIO()

    class Slowly(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            clock.now += seconds
            return super().readline()

    with History(None) as history:
        study = Study.begun(beginning(mode, *entries), by_id(*entries), history, clock)
        play(study, Talk(Slowly(script), out), lambda name: [f"({proof} of {name})"], Random(1))
        kept = history.latest("heads")
        assert kept is not None
        return out.getvalue(), Study.resumed(kept, by_id(*entries), history, clock).session


TRANSCRIPTS: dict[str, Callable[[], tuple[str, Session]]] = {
    "practice": lambda: conversation(
        Mode.PRACTICE, "?\nh\n2\np\nf\n\n1,2\n\ns\n0\n1\n\n\n", SNIPPET, SEVERAL, _diagnosis()
    ),
    "challenge": lambda: conversation(Mode.CHALLENGE, "h\nh\n2\n1\n\n4\n4\n3\n\n\n", SNIPPET, item("d")),
    "too-late": lambda: conversation(Mode.CHALLENGE, "h\n\n1\n\n\n", SNIPPET, item("d"), seconds=200),
    "test": lambda: conversation(Mode.TEST, "h\n1\n3\nf\n2\n2\nw\nq\n", SNIPPET, SEVERAL, item("d")),
    "review": lambda: conversation(Mode.REVIEW, "\n1\n1\n\n\n2\n1\n2\n\n", card("first"), SNIPPET, card("second")),
    "left": lambda: conversation(Mode.PRACTICE, "1\n\n", SNIPPET, SEVERAL),
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in TRANSCRIPTS.items():
        (FOLDER / f"{name}.txt").write_text(make()[0], encoding="utf-8")
