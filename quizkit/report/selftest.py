"""What came of the hostile corpus, a line per trick, as `quizkit doctor --self-test` prints it."""

from collections.abc import Iterable, Iterator

from quizkit.report.layout import Page, pad, prose
from quizkit.report.words import count, inert
from quizkit.sandbox.selftest.check import CaseChecked


def as_self_test(checked: Iterable[CaseChecked], page: Page) -> Iterator[str]:
    """Yield a line per trick as it is tried, what went wrong below it, and a conclusion."""
    contained = skipped = escaped = 0
    for each in checked:
        case = each.case
        if each.problems:
            word, style, escaped = "ESCAPED", "refuted", escaped + 1
        elif each.outcome is None:
            word, style, skipped = "skipped", "undecided", skipped + 1
        else:
            word, style, contained = "contained", "proved", contained + 1
        ended = each.skipped or f"{each.outcome.value if each.outcome else ''}, by {case.layer}"
        yield f"{page.paint(style, pad(word, 9))}  {pad(case.name, 26)} {ended}"
        yield from (inert(line) for problem in each.problems for line in prose(problem, page.width, "           "))
    yield ""
    told = f"{count(contained, 'trick')} contained"
    told += f", {skipped} skipped because a layer is not applied here" if skipped else ""
    told += f", {escaped} ESCAPED: run no content here that you do not trust" if escaped else ""
    yield page.paint("refuted" if escaped else "proved", f"{told}.")
