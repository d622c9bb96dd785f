"""What the walls keep a probe from, as the user who runs the tests, and as an ordinary user where that is root."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import confine_cases
import pytest

from quizkit.sandbox.start import confinement

if sys.platform != "linux" or not confinement().is_full:
    pytest.skip(f"confinement here is {confinement()}", allow_module_level=True)

ORDINARY = 12345
"""The id of an ordinary user."""

Told = dict[str, list[str]]


def as_ordinary_user() -> list[str]:
    """Return the command before a command that makes an ordinary user run it."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is not here")
    command = [setpriv, "--reuid", str(ORDINARY), "--regid", str(ORDINARY), "--clear-groups"]
    if is_for_all(Path(sys.executable).resolve()):
        return command
    # Python lies in root's own folder, and this user may read it all the same.
    return [*command, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]


def is_for_all(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


@pytest.fixture(scope="module", params=["this user", "an ordinary user"])
def home_and_told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """Run every case once as each user; return where the folders of the probes were, and what came out."""
    prefix: list[str] = []
    home = tmp_path_factory.mktemp("home")
    if request.param == "an ordinary user":
        if os.getuid() != 0:
            pytest.skip("the tests are run by an ordinary user already")
        prefix = as_ordinary_user()
        os.chown(home, ORDINARY, ORDINARY)
        for place in (home.parent, home.parent.parent):
            place.chmod(place.stat().st_mode | stat.S_IXOTH)
    environment = {**os.environ, "TMPDIR": str(home), "HOME": str(home)}
    command = [*prefix, sys.executable, confine_cases.__file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: Told = json.loads(done.stdout)
    return home, told


@pytest.mark.parametrize("name", confine_cases.cases())
def test_a_wall_holds(name: str, home_and_told: tuple[Path, Told]) -> None:
    outcome, why = home_and_told[1][name]
    assert outcome in confine_cases.cases()[name][1], why
    assert "root:x:0:0" not in why


def test_nothing_is_left(home_and_told: tuple[Path, Told]) -> None:
    assert not list(home_and_told[0].iterdir())
    assert not list(Path("/tmp").glob("quizkit-confine-*"))
