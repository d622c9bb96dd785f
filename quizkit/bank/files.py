"""A folder -> the files of its patterns. Names and links only; nothing is opened.

Invariant: no YAML file of a pattern is passed over in silence. It is read, or a problem says why it is not.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Final

from quizkit.bank.problem import problem
from quizkit.errors import Problem
from quizkit.model.bank import Place

_PATTERN: Final = "pattern.yaml"
_LESSON: Final = "lesson.md"
_CARDS: Final = "cards.yaml"
_EXPERIMENT: Final = "experiment.yaml"
_BESIDE: Final = frozenset({_CARDS, _EXPERIMENT})
"""YAML files that stand beside a pattern's own."""
_ITEMS: Final = "items"
_SOLUTIONS: Final = "solutions"
_SUFFIXES: Final = frozenset({".yaml", ".yml"})

Listing = dict[FilePath, list[FilePath]]
"""Folders, each with the files in it."""


@dataclass(frozen=True)
class PatternFiles:
    """The files of one pattern."""

    folder: FilePath
    pattern: FilePath
    lesson: FilePath | None
    cards: FilePath | None
    experiment: FilePath | None
    solutions: tuple[FilePath, ...]
    items: tuple[FilePath, ...]


def find(root: FilePath, *, follows_links: bool) -> tuple[list[PatternFiles], list[Problem]]:
    """Return the patterns in and below `root`, by name, and what is wrong with the names and links of files.

    Links are followed to files inside `root`; to others only if `follows_links`; to folders never.
    """
    problems: list[Problem] = []
    listing = _listed(root, problems, follows_links)
    homes = sorted(folder for folder, files in listing.items() if folder / _PATTERN in files)
    problems += [each for files in listing.values() for file in files for each in _stray(file, set(homes))]
    problems += [each for home in homes for each in _no_items(home / _ITEMS, listing)]
    return [_files_of(home, listing) for home in homes], problems


def _files_of(home: FilePath, listing: Listing) -> PatternFiles:
    beside = {file.name: file for file in listing[home]}
    return PatternFiles(
        folder=home,
        pattern=home / _PATTERN,
        lesson=beside.get(_LESSON),
        cards=beside.get(_CARDS),
        experiment=beside.get(_EXPERIMENT),
        solutions=tuple(file for file in listing.get(home / _SOLUTIONS, ()) if file.suffix == ".py"),
        items=tuple(file for file in listing.get(home / _ITEMS, ()) if file.suffix == ".yaml"),
    )


def _listed(root: FilePath, problems: list[Problem], follows_links: bool) -> Listing:
    """Return every visible folder that can be read, with those of its visible files that may be."""
    listing: Listing = {}
    inside = os.path.realpath(root)
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        entries = _entries(folder, problems)
        if entries is None:
            continue
        files = listing[folder] = []
        for entry in entries:
            path = folder / entry.name
            told = None
            if not _is_folder(entry):
                files.append(path)
                if entry.is_symlink() and not follows_links and _is_content(path):
                    leads_out = not FilePath(os.path.realpath(path)).is_relative_to(inside)
                    told = "this is a link that leads out of the bank" if leads_out else None
            elif entry.is_symlink():
                told = "a link to a folder is not followed"
            else:
                waiting.append(path)
            if told is not None:
                problems.append(problem(Place(file=str(path)), told, "put what it leads to here itself"))
                files[:] = [file for file in files if file != path]
    return listing


def _entries(folder: FilePath, problems: list[Problem]) -> list["os.DirEntry[str]"] | None:
    """Return what is visible in the folder, by name; None, the problem noted, if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith((".", "__pycache__"))]
    except OSError as error:
        what = f"the folder cannot be read: {error.strerror}"
        problems.append(problem(Place(file=str(folder)), what, "check its permissions"))
        return None
    return sorted(visible, key=lambda entry: entry.name)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_content(file: FilePath) -> bool:
    return file.suffix.lower() in _SUFFIXES or file.name == _LESSON


def _stray(file: FilePath, homes: set[FilePath]) -> Iterator[Problem]:
    """Yield why a YAML file is not read, if it is not."""
    folder = file.parent
    if file.suffix.lower() not in _SUFFIXES or (folder in homes and file.name in _BESIDE):
        return
    place = Place(file=str(file))
    if file.name == _PATTERN:
        if not homes.isdisjoint(folder.parents):
            yield problem(place, "this is a pattern inside a pattern", "move its folder beside the other")
    elif not homes.isdisjoint(file.parents):
        if folder.name != _ITEMS or folder.parent not in homes:
            yield problem(place, "nothing reads this file", f"items stand in {_ITEMS}/*.yaml beside {_PATTERN}")
        elif file.suffix != ".yaml":
            yield problem(place, "nothing reads this file", f"name it {file.with_suffix('.yaml').name}")
    elif folder.name == _ITEMS or file.stem.lower() == "pattern":
        home = folder.parent if folder.name == _ITEMS else folder
        yield problem(place, "this file belongs to no pattern", f"write {home / _PATTERN}, or load that folder")


def _no_items(folder: FilePath, listing: Listing) -> Iterator[Problem]:
    if folder in listing.get(folder.parent, ()):
        yield problem(Place(file=str(folder)), "this is not a folder", f"put items in {_ITEMS}/*.yaml")
    elif folder in listing and not any(file.suffix.lower() in _SUFFIXES for file in listing[folder]):
        yield problem(Place(file=str(folder)), "the folder holds no items", "write one, or delete the folder")
