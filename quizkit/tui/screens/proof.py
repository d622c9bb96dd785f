"""The whole proof of an item: every program with what running it gave, and how to reproduce it; run again live.

Invariant: what is recorded and what was measured a moment ago stand beside each other, and a difference is said.
"""

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import ProgressBar, Static

from quizkit.errors import QuizkitError, UsageError
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.proof.live import Rerun
from quizkit.report.layout import Page
from quizkit.tui.screens.live import LiveScreen
from quizkit.tui.widgets.code import CodeBlock
from quizkit.tui.widgets.feedback import Panel
from quizkit.tui.widgets.running import evidence_text, probe_text
from quizkit.tui.widgets.text import joined


class ProofScreen(LiveScreen):
    """Everything that was run for one item."""

    HELP = """
# The proof

Every program that was run to prove the item, in full: what was set up, what was given, the option, what came after;
and below it what running it gave. `l` runs all of it again, here and now, and says where it differs from what
`proofs.lock` records. A live run stands back behind what you type, and `ctrl+x` stops it.
"""
    BINDINGS = [
        Binding("l", "run", "Run again live"),
        Binding("down,j", "scroll(2)", "Down", show=False),
        Binding("up,k", "scroll(-2)", "Up", show=False),
    ]

    def __init__(self, item: str, *, runs_at_once: bool = False) -> None:
        super().__init__()
        self._item, self._runs_at_once = item, runs_at_once
        self._unlocked = 0
        """How many probes of the live run the lock does not know."""

    def body(self) -> ComposeResult:
        yield Static("", id="live")
        yield ProgressBar(id="bar", show_eta=False)
        with VerticalScroll(id="page"):
            yield Static("Reading the proof …", id="waiting")

    def on_mount(self) -> None:
        """Read the proof beside the screen."""
        self.top.where = f"Proof of {self._item}"
        self.query_one("#bar").display = False
        self.query_one("#live").display = False
        self.query_one("#page").focus()
        self.read()
        if self._runs_at_once:
            self.action_run()

    @work(thread=True)
    def read(self) -> None:
        """Ask the desk for the proof."""
        shown = self.desk.exhibition(self._item)
        self.app.call_from_thread(self.show, shown)

    def show(self, shown: Exhibition) -> None:
        """Show the proof."""
        page = self.query_one("#page", VerticalScroll)
        page.query_one("#waiting").remove()
        page.mount(Static(_head(shown), classes="where"), *map(_panel, _grouped(shown)))

    def action_run(self) -> None:
        """Run every probe of the proof again."""
        self._unlocked = 0
        self.set_live(True)
        self.say(Content("Starting the sandbox …"))
        self.run_live()

    @work(exclusive=True, group="live")
    async def run_live(self) -> None:
        """Wait for the live run, and say how it ended."""
        try:
            differing = await self.desk.rerun(self._item, self._tell)
        except QuizkitError as error:
            self.say(Content.styled(f"The live run did not end: {error}", "$careful"))
            if isinstance(error, UsageError):
                self.notify(str(error), severity="warning", timeout=20, markup=False)
        else:
            self.say(_outcome(differing, self._unlocked))
        finally:
            self.set_live(False)

    def _tell(self, rerun: Rerun) -> None:
        """Show how far it has come. Called from the live thread."""
        self.app.call_from_thread(self.progress, rerun)

    def progress(self, rerun: Rerun) -> None:
        """Show one probe that was run."""
        self._unlocked += not rerun.is_locked
        bar = self.query_one("#bar", ProgressBar)
        bar.update(total=rerun.total, progress=rerun.done)
        self.say(Content(f"{rerun.done} of {rerun.total}: {rerun.name}, seed {rerun.probe.seed}"))
        if rerun.locked is not None:
            page = Page(max(40, self.size.width - 8))
            now, then = evidence_text(rerun.evidence, page), evidence_text(rerun.locked, page)
            told = joined([Content.styled("now", "bold"), now, Content.styled("proofs.lock", "bold"), then])
            self.query_one("#page").mount(Panel(f"differs: {rerun.name}", Static(told), classes="-wrong"), before=0)

    def say(self, what: Content) -> None:
        """Say how far the live run is."""
        line = self.query_one("#live", Static)
        line.display = True
        line.update(what)

    def set_live(self, is_live: bool) -> None:
        """Show how far a run is only while there is one."""
        self.query_one("#bar").display = is_live
        super().set_live(is_live)


def _outcome(differing: int, unlocked: int) -> Content:
    unknown = f"{unlocked} probe{'s are' if unlocked > 1 else ' is'} not in proofs.lock."
    if differing:
        told = f"✗ {differing} of the probes gave something else than proofs.lock records."
        return Content.styled(f"{told} {unknown}" if unlocked else told, "$bad")
    if unlocked:
        return Content.styled(f"Run again: {unknown}", "$careful")
    return Content.styled("✓ Run again: everything as proofs.lock records it.", "$good")


def _head(shown: Exhibition) -> Content:
    found = [each.evidence for each in shown.exhibits if each.evidence is not None]
    places = sorted({evidence.environment for evidence in found})
    folder = f" {shown.folder}" if shown.folder else ""
    return joined(
        [
            Content.assemble((shown.verdict.status.value, "bold"), "  ", ("; ".join(places), "$quiet")),
            *(Content.styled(note, "$quiet") for note in shown.verdict.notes),
            Content.styled(f"reproduce: quizkit verify{folder} --fresh --only {shown.verdict.item}", "$quiet"),
        ]
    )


def _grouped(shown: Exhibition) -> list[tuple[Exhibit, list[int]]]:
    """Return exhibits that differ in their seed alone once, with every seed."""
    found: dict[tuple[str, str], tuple[Exhibit, list[int]]] = {}
    for exhibit in shown.exhibits:
        told = evidence_text(exhibit.evidence, Page()).plain
        found.setdefault((exhibit.name, told), (exhibit, []))[1].append(exhibit.seed)
    return list(found.values())


def _panel(group: tuple[Exhibit, list[int]]) -> Panel:
    exhibit, seeds = group
    under = f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, sorted(seeds)))}"
    return Panel(
        f"{exhibit.name}, {under}",
        CodeBlock(probe_text(exhibit), classes="option"),
        Static(evidence_text(exhibit.evidence, Page(72)), classes="evidence"),
    )
