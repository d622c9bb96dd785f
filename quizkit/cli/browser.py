"""The command that serves the app to a browser: serve."""

from pathlib import Path

import click


@click.command()
@click.option("--host", default="localhost", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option("--public-url", metavar="URL", help="Where browsers find it, if a proxy stands in between.")
@click.pass_obj
def serve(content: Path | None, host: str, port: int, public_url: str | None) -> None:
    """Open the app in a browser instead of this terminal."""
    from quizkit.tui.browser import LOOPBACK, serve

    if host not in LOOPBACK:
        click.echo(f"Warning: whoever reaches {host} port {port} studies, and runs programs, as you.", err=True)
    serve([] if content is None else ["--content", str(content.absolute())], host, port, public_url)
