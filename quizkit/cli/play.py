"""The commands for learners: play and stats."""

from pathlib import Path

import click

from quizkit.cli.app import has_screen, open_app
from quizkit.cli.common import load_bank, put, stdout_page
from quizkit.model.mode import Mode


@click.command()
@click.argument("pattern")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), help="How to study it.  [default: ask]")
@click.option("--plain", is_flag=True, help="Line by line, without a full screen: for screen readers and pipes.")
@click.option("--new", "is_new", is_flag=True, help="Begin a new session, even if one was left before its end.")
@click.pass_obj
def play(content: Path | None, pattern: str, mode: str | None, *, plain: bool, is_new: bool) -> None:
    """Study PATTERN. The beginning of its id will do. A session that was left goes on where it was."""
    if plain or not has_screen():
        from quizkit.plain.start import study_plainly

        study_plainly(load_bank(content), pattern, Mode(mode) if mode else None, is_new=is_new)
    else:
        open_app(content, pattern, mode, is_new=is_new)


@click.command()
@click.argument("pattern", required=False)
@click.option("--json", "is_json", is_flag=True, help="One JSON object a pattern, on a line of its own.")
@click.pass_obj
def stats(content: Path | None, pattern: str | None, *, is_json: bool) -> None:
    """Say where you stand in PATTERN, or in all: strength, what is due, what to do next."""
    import time

    from quizkit.plain.start import overviews
    from quizkit.plain.summary import overview_json, overview_lines

    for number, (title, each) in enumerate(overviews(load_bank(content), pattern)):
        if is_json:
            put([overview_json(each)])
        else:
            put([*[""] * bool(number), *overview_lines(each, title, time.time(), stdout_page())])
