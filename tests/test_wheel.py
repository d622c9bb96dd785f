"""What is installed is whole: the wheel has the content inside, and verifies it from another folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the unpacked wheel, as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def test_the_wheel_holds_every_file_of_the_content(installed: Path) -> None:
    shipped = {file.relative_to(ROOT) for file in (ROOT / "content").rglob("*") if file.is_file()}
    inside = {file.relative_to(installed / "quizkit") for file in (installed / "quizkit/content").rglob("*")}
    assert shipped
    assert shipped <= inside


def test_an_installed_quizkit_verifies_its_content_from_another_folder(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "quizkit", "verify", "--only", "resnet50-ten-outputs"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Proved" in run.stdout
    doctor = subprocess.run(
        [sys.executable, "-m", "quizkit", "doctor"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert str(installed / "quizkit" / "content") in doctor.stdout


def test_the_wheel_holds_the_shipped_backbone(installed: Path) -> None:
    folder = Path("quizkit/lab/weights")
    for suffix in ("safetensors", "json", "md"):
        name = folder / f"glyphs-resnet18-v1.{suffix}"
        assert (installed / name).read_bytes() == (ROOT / name).read_bytes()
