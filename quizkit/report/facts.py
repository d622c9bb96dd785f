"""Facts in sections, as `quizkit doctor` prints them."""

from collections.abc import Iterator, Mapping

from quizkit.model.text import one_line
from quizkit.report.layout import Page, pad
from quizkit.report.words import inert


def as_facts(sections: Mapping[str, Mapping[str, str]], page: Page) -> Iterator[str]:
    """Yield every section with its facts, names aligned."""
    yield from map(inert, _lines(sections, page))


def _lines(sections: Mapping[str, Mapping[str, str]], page: Page) -> Iterator[str]:
    width = max((len(name) for facts in sections.values() for name in facts), default=0)
    for title, facts in sections.items():
        yield page.paint("strong", title)
        yield from (f"  {pad(name, width)}  {one_line(value)}" for name, value in facts.items())
