"""What came of the hostile corpus, a line per trick, as `quizkit doctor --self-test` prints it."""

from collections.abc import Iterable, Iterator

from quizkit.model.text import count
from quizkit.report.layout import Page, pad, prose
from quizkit.report.words import inert
from quizkit.sandbox.selftest.check import CaseChecked


def as_self_test(checked: Iterable[CaseChecked], page: Page) -> Iterator[str]:
    """Yield a line per trick as it is tried, what went wrong below it, and a conclusion."""
    contained = skipped = escaped = 0
    lacking: list[str] = []
    for each in checked:
        case = each.case
        if each.problems:
            word, style, escaped = "ESCAPED", "refuted", escaped + 1
        elif each.outcome is None:
            word, style, skipped = "skipped", "undecided", skipped + (not each.lacking)
            lacking += [each.lacking] if each.lacking else []
        else:
            word, style, contained = "contained", "proved", contained + 1
        ended = each.skipped or f"{each.outcome.value if each.outcome else ''}, by {case.layer}"
        yield f"{page.paint(style, pad(word, 9))}  {pad(case.name, 26)} {ended}"
        yield from (inert(line) for problem in each.problems for line in prose(problem, page.width, "           "))
    yield ""
    told = f"{count(contained, 'trick')} contained"
    told += f", {skipped} skipped because they are written for another machine" if skipped else ""
    told += f", {len(lacking)} not contained for want of {', '.join(dict.fromkeys(lacking))}" if lacking else ""
    told += f", {escaped} ESCAPED" if escaped else ""
    told += ": run no content here that you do not trust" if lacking or escaped else ""
    style = "refuted" if escaped else "undecided" if lacking else "proved"
    yield from (page.paint(style, line) for line in prose(f"{told}.", page.width))
