"""Collects what goes into the single file: this package and all its requirements, in pure Python."""

import re
import shutil
import zipapp
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

OURS = "sms-tui"
EXTRAS = frozenset({"serve"})
"""Go along where they are installed"""
STOOD_IN_FOR = "msgspec"
_REQUIREMENT = re.compile(r"([\w.-]+)\s*(?:\[([^\]]*)\])?[^;]*(?:;(.*))?", re.DOTALL)
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w.-]+)['\"]")
_COMPILED = frozenset({".so", ".pyd", ".dylib", ".dll"})
_OF_THIS_MACHINE = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_LOADER = "bootstrap.py"
_BUILD = "@BUILD@"


class PackingError(Exception):
    """The file cannot be made; the text says why."""


def build(target: Path) -> int:
    """Write `target` from what is installed; the number of packages in it. Raises `PackingError`."""
    with TemporaryDirectory(prefix="sms-tui-packing-") as folder:
        stage = Path(folder)
        found = {one.name.lower(): one for one in closure(OURS, EXTRAS)}
        for one in found.values():
            _copy(one, stage)
        _copy_own(stage)
        room = files("sms_tui.packing")
        stand_in = room.joinpath("stand_in.py").read_text(encoding="utf-8")
        (stage / f"{STOOD_IN_FOR}.py").write_text(stand_in, encoding="utf-8")
        loader = room.joinpath(_LOADER).read_text(encoding="utf-8")
        (stage / "__main__.py").write_text(loader.replace(_BUILD, _digest(stage)), encoding="utf-8")
        zipapp.create_archive(stage, target, interpreter="/usr/bin/env python3", compressed=True)
    return len(found)


def closure(name: str, extras: frozenset[str]) -> Iterator[Distribution]:
    """The installed distribution of that name and all it requires, each once.

    Requirements for other systems and extras that are not installed are passed over.
    """
    seen: dict[str, frozenset[str]] = {}
    waiting = [(name, extras)]
    while waiting:
        wanted, asked = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key == STOOD_IN_FOR or (key in seen and asked <= seen[key]):
            continue
        try:
            found = distribution(wanted)
        except PackageNotFoundError:
            continue
        if key not in seen:
            yield found
        seen[key] = asked | seen.get(key, frozenset())
        waiting += _required(found, seen[key])


def _required(found: Distribution, asked: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in found.requires or ():
        match = _REQUIREMENT.match(text)
        extra = _EXTRA.search(match[3] or "") if match else None
        if match and (extra is None or extra[1] in asked):
            yield match[1], frozenset(filter(None, re.split(r"[\s,]+", match[2] or "")))


def _copy(found: Distribution, stage: Path) -> None:
    for each in found.files or ():
        if ".." in each.parts or "__pycache__" in each.parts or each.name in _OF_THIS_MACHINE:
            continue
        if found.name == OURS and not each.parts[0].endswith(".dist-info"):
            continue
        if each.suffix in _COMPILED:
            raise PackingError(f"{found.name} has compiled parts, which fit one kind of machine alone")
        if len(each.parts) > 1 or each.suffix == ".py":
            place = stage / each
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(found.locate_file(each)), place)


def _copy_own(stage: Path) -> None:
    """Our own files are taken from where they run: an editable installation lists none of them."""
    house = Path(str(files("sms_tui")))
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(house, stage / "sms_tui", ignore=ignored, dirs_exist_ok=True)
    if not (house / "themes").is_dir():
        shutil.copytree(house.parent / "themes", stage / "sms_tui" / "themes")


def _digest(stage: Path) -> str:
    """What tells this build from others: the same content is unpacked only once."""
    digest = sha256()
    for path in sorted(path for path in stage.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(stage)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
