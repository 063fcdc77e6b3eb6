"""Reads the configuration file and the environment into `Settings`.

The file belongs to the user and is never written here. An unknown key causes a warning. A wrong value stops
the program, but one in a profile makes only that profile unusable.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any

from sms_tui.config.errors import ConfigError
from sms_tui.config.paths import config_file, home
from sms_tui.config.positions import KeyPath, entries
from sms_tui.config.schema import Kind, Setting, settings_of
from sms_tui.config.settings import WIDEST_COLUMN, General, Profile, SavedView, Settings
from sms_tui.config.tables import Source, allowed_for, fits, read_table, shown
from sms_tui.config.theme_files import allowed_themes, is_theme
from sms_tui.config.toml import parse_toml

ENVIRONMENT = "environment"
"""Name of the profile that stands in the environment alone"""
_MOST_BYTES = 1024 * 1024
_PATIENCE = 30.0
"""Seconds to wait for what a shell's `<(command)` writes; a `credential_command` may take as long"""
_TABLES = ("profiles", "keys", "columns", "views")
_ENDLESS = re.compile(r"\d[\d_]{4000,}")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_WIDTH = f"a width in cells from 1 to {WIDEST_COLUMN}, or 'auto'"


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the file at `path`, or where the environment or the usual places have it.

    Only a file that was named has to exist. Raises `ConfigError` for the first mistake outside profiles.
    """
    settings = survey(path, environ)
    for mistake in settings.mistakes:
        if not mistake.key.startswith("profiles."):
            raise mistake
    return settings


def survey(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Like `load`, with every mistake listed; raises `ConfigError` for a file that cannot be read at all."""
    place = config_file(environ, path)
    is_named = path is not None or bool(environ.get("SMS_TUI_CONFIG"))
    found = _read(place, must_exist=is_named)
    if found is None:
        return _settings(place, {}, Source(str(place), {}, is_private=True), environ, exists=False)
    return _settings(place, *_parsed(place, *found), environ, exists=True)


def _read(path: Path, *, must_exist: bool) -> tuple[bytes, bool] | None:
    """The content, and whether the very file that was read is private."""
    try:
        # Opening waits for nobody: a pipe may have no writer.
        with open(path, "rb", buffering=0, opener=_opened) as file:
            status = os.fstat(file.fileno())
            is_file = stat.S_ISREG(status.st_mode)
            content = (file.read(_MOST_BYTES + 1) if is_file else _awaited(file)) or b""
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(str(path), found="no such file", allowed="a configuration file") from None
        return None
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise ConfigError(str(path), found=reason, allowed="a file that can be read") from None
    if len(content) > _MOST_BYTES:
        raise ConfigError(str(path), found="more than 1 MiB", allowed="a configuration file")
    if is_file and status.st_mode & stat.S_IWOTH:
        # Anybody could name a program to be run, or another host for the credentials.
        found, allowed = "a file that everybody can write", "one that others cannot: chmod o-w"
        raise ConfigError(str(path), found=found, allowed=allowed)
    return content, status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _awaited(file: FileIO) -> bytes:
    """What a shell's `<(command)` writes, to its end; raises `TimeoutError`."""
    import select
    import time

    end, content = time.monotonic() + _PATIENCE, b""
    ready = select.poll()
    ready.register(file, select.POLLIN)
    while len(content) <= _MOST_BYTES:
        if not ready.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError(f"no end of it within {_PATIENCE:g} s")
        part = file.read(_MOST_BYTES)
        if part == b"":
            break
        content += part or b""
    return content


def _parsed(path: Path, content: bytes, is_private: bool) -> tuple[dict[str, Any], Source]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        column = problem.start - (content.rfind(b"\n", 0, problem.start) + 1) + 1
        raise ConfigError(str(path), line=line, column=column, found="bytes that are no UTF-8 text") from None
    try:
        document = parse_toml(text)
    except ValueError as problem:
        # Loaded by now, and only where there is a file.
        import tomllib

        if isinstance(problem, tomllib.TOMLDecodeError):
            raise _syntax_error(path, text, str(problem)) from None
        where = next((n for n, each in enumerate(text.split("\n"), 1) if _ENDLESS.search(each)), 0)
        raise ConfigError(str(path), line=where, found=str(problem)) from None
    return document, Source(str(path), entries(text), is_private)


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    place = _PLACE.search(message)
    said = _PLACE.sub("", message)
    line, column = (place[1], place[2]) if place else (None, None)
    lines = text.split("\n")
    return ConfigError(
        str(path),
        line=int(line) if line else len(lines),
        column=int(column) if column else len(lines[-1]) + 1,
        found=f"text that is not TOML ({said[:1].lower()}{said[1:]})",
    )


def _settings(
    path: Path, document: Mapping[str, Any], source: Source, environ: Mapping[str, str], *, exists: bool
) -> Settings:
    general = read_table(source, (), document, General, _TABLES)
    _check_theme(source, (), general, environ)
    origins = {".".join(path): source.place(path) for path in source.places if path[0] != "profiles"}
    if name := environ.get("SMS_TUI_PROFILE"):
        general["default_profile"] = name
        origins["default_profile"] = "SMS_TUI_PROFILE"
    return Settings(
        **general,
        path=path,
        exists=exists,
        profiles=_profiles(source, document.get("profiles", {}), environ),
        keys=_keys(source, document.get("keys", {})),
        columns=_columns(source, document.get("columns", {})),
        views=_views(source, document.get("views", {})),
        warnings=source.warnings,
        mistakes=source.mistakes,
        broken=source.broken,
        origins=origins,
    )


def _profiles(source: Source, tables: object, environ: Mapping[str, str]) -> dict[str, Profile]:
    profiles: dict[str, Profile] = {}
    for name, table in source.table(("profiles",), tables).items():
        path = ("profiles", name)
        values = read_table(source, path, source.table(path, table), Profile)
        _check_theme(source, path, values, environ)
        origins = {key: source.place((*path, key)) for key in values}
        profiles[name] = _overlaid(Profile(name, **values, origins=origins), environ, source)
    if not profiles and environ.get("SMS_TUI_ENDPOINT"):
        name = environ.get("SMS_TUI_PROFILE") or ENVIRONMENT
        profiles[name] = _overlaid(Profile(name), environ, source)
    return profiles


def _check_theme(source: Source, place: KeyPath, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Leave out a theme that there is not."""
    name = values.get("theme")
    if name and not is_theme(name, environ):
        source.wrong((*place, "theme"), shown(name), allowed_themes(name, environ))
        del values["theme"]


def _overlaid(profile: Profile, environ: Mapping[str, str], source: Source) -> Profile:
    """The environment over the file; credentials are looked for elsewhere, in an order of their own."""
    values: dict[str, Any] = {}
    origins = dict(profile.origins)
    for each in settings_of(Profile):
        value = environ.get(each.variable, "") if each.variable and not each.is_credential else ""
        if value and _check_variable(each, value, source):
            values[each.name] = value.rstrip("/") if each.kind is Kind.URL else value
            origins[each.name] = each.variable
    if profile.ca_bundle.startswith("~/"):
        values["ca_bundle"] = str(home(environ) / profile.ca_bundle[2:])
    return replace(profile, **values, origins=origins)


def _check_variable(expected: Setting, value: str, source: Source) -> bool:
    """Whether the variable can be used; if not that is noted as one mistake, however many profiles."""
    if fits(expected, value):
        return True
    mistake = ConfigError(expected.variable, found=shown(value), allowed=allowed_for(expected, value))
    if str(mistake) not in map(str, source.mistakes):
        source.mistakes.append(mistake)
    return False


def _keys(source: Source, table: object) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for name, value in source.table(("keys",), table).items():
        # A binding id has dots, which an unquoted TOML key turns into tables.
        for path, bound in _flattened(("keys", name), value):
            words = [bound] if isinstance(bound, str) else bound
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                source.wrong(path, shown(bound), "a key or a list of keys")
                continue
            keys[".".join(path[1:])] = words
    return keys


def _flattened(path: KeyPath, value: object) -> list[tuple[KeyPath, object]]:
    if not isinstance(value, dict):
        return [(path, value)]
    return [pair for key, inner in value.items() for pair in _flattened((*path, key), inner)]


def _columns(source: Source, table: object) -> dict[str, int]:
    columns: dict[str, int] = {}
    tables = source.table(("columns",), table)
    if not tables:
        return columns
    # Imported here: the filter language loads slowly, and the first request waits for the configuration.
    from sms_tui.domain.rows import COLUMNS

    for name, value in tables.items():
        path = ("columns", name)
        if name not in COLUMNS:
            source.unknown(path, COLUMNS)
        elif value == "auto":
            columns[name] = 0
        elif isinstance(value, int) and not isinstance(value, bool) and 0 < value <= WIDEST_COLUMN:
            columns[name] = value
        else:
            source.wrong(path, shown(value), _WIDTH)
    return columns


def _views(source: Source, tables: object) -> dict[str, SavedView]:
    views: dict[str, SavedView] = {}
    for name, table in source.table(("views",), tables).items():
        path = ("views", name)
        view = SavedView(name, **read_table(source, path, source.table(path, table), SavedView))
        _check_view(source, path, view)
        views[name] = _keyed(source, path, view, views.values())
    return views


def _keyed(source: Source, path: KeyPath, view: SavedView, others: Iterable[SavedView]) -> SavedView:
    """The view with a key that no other one has: as it is, or without the key that it cannot have."""
    owner = next((other.name for other in others if view.key and other.key == view.key), None)
    if owner is None:
        return view
    key = (*path, "key")
    said = (
        f"{shown(view.key)} belongs to the view {shown(owner)} already; {shown(view.name)} gets another key"
    )
    source.warnings.append(f"{source.place(key)}: {'.'.join(key)}: {said}")
    return replace(view, key="")


def _check_view(source: Source, path: tuple[str, ...], view: SavedView) -> None:
    # Imported here for the same reason as in `_columns`.
    from sms_tui.domain.filters import FilterError, parse_filter
    from sms_tui.domain.rows import COLUMNS
    from sms_tui.domain.sorting import parse_sort

    try:
        parse_filter(view.filter, lambda: 0.0)
    except FilterError as problem:
        found = f"{shown(view.filter)} (character {problem.position + 1}: {problem})"
        source.wrong((*path, "filter"), found, "a filter")
    if view.sort and parse_sort(view.sort) is None:
        source.wrong((*path, "sort"), shown(view.sort), f"a column ({', '.join(COLUMNS)}), or one with -")
    if unknown := [name for name in view.columns if name not in COLUMNS]:
        source.wrong((*path, "columns"), shown(unknown[0]), f"columns: {', '.join(COLUMNS)}")
    if view.key not in {"", *"123456789"}:
        source.wrong((*path, "key"), shown(view.key), "a digit from '1' to '9'")
