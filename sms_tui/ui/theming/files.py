"""Theme files: read, checked and reported here before the terminal toolkit sees them.

The toolkit accepts a bad colour silently and fails at the next repaint. So before a theme is handed out, its
whole colour system is built and every text is measured against its background. Problems of a file are data
for the operator, never an exception.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from textual.color import Color, ColorParseError
from textual.theme import Theme

from sms_tui.config.theme_files import document_of, own, shipped
from sms_tui.domain.nearest import did_you_mean

DEFAULT_THEME = "cutover-dark"
SIXTEEN_COLORS = "terminal-16"
"""The theme made of the terminal's own colours"""
LIGHT = MappingProxyType({DEFAULT_THEME: "cutover-light", SIXTEEN_COLORS: "terminal-16-light"})
"""What stands for them on a light ground"""
_LEVELS = MappingProxyType({"AA": 4.5, "AAA": 7.0})
"""Contrast that WCAG 2 asks of text, by the name of its level."""

_OWN = (
    # Name, and the colour on a dark ground, on a light one, and of the terminal's own.
    ("task-ready", "#A9B4C2", "#4A5563", "ansi_default"),
    ("task-running", "#6CB6FF", "#0B57B0", "ansi_bright_blue"),
    ("task-moving", "#56D4C8", "#00635C", "ansi_cyan"),
    ("task-changing", "#C4A7F0", "#6D3BAF", "ansi_magenta"),
    ("task-waiting", "#F0B94F", "#7A4B00", "ansi_yellow"),
    ("task-done", "#7CCB7F", "#1B6328", "ansi_green"),
    ("task-failed", "#FF8078", "#B00F1E", "ansi_red"),
    ("task-unknown", "#D5A6BD", "#853A62", "ansi_magenta"),
    ("stale", "#9DA7B3", "#5B6470", "ansi_default"),
    ("cursor", "#233A52", "#D3E4F8", "ansi_default"),
    ("cursor-text", "#FFFFFF", "#0D1117", "ansi_default"),
    ("mark", "#FFD479", "#7A4B00", "ansi_yellow"),
    ("accent-text", "#10151B", "#FFFFFF", "ansi_black"),
    ("production", "#B3261E", "#B3261E", "ansi_red"),
    ("production-text", "#FFFFFF", "#FFFFFF", "ansi_bright_white"),
)
_DARK, _LIGHT, _ANSI = (
    MappingProxyType({name: colours[kind] for name, *colours in _OWN}) for kind in range(3)
)
_LEFT_TO_ANSI = ("ansi-background", "ansi-foreground", "foreground-disabled", "surface-active")
"""The toolkit's own styles use these, but it makes them for themes of fixed colours only"""
VARIABLES = tuple(_DARK)
"""The colours of our own that a theme may set and every style may use."""

_GROUNDS = ("background", "surface", "panel")
_ON_ROWS = (*_GROUNDS, "cursor")
_PLAIN = ("foreground", "text-muted", "foreground-muted")
_ALERTS = ("primary", "warning", "error", "text-primary", "text-success", "text-warning", "text-error")
_IN_ROWS = (*(name for name in VARIABLES if name.startswith("task-")), "stale", "mark", "accent")
PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in _PLAIN for ground in _GROUNDS),
    *((text, ground) for text in _ALERTS for ground in ("surface", "panel")),
    *((text, ground) for text in _IN_ROWS for ground in _ON_ROWS),
    ("cursor-text", "cursor"),
    ("block-cursor-foreground", "block-cursor-background"),
    ("accent-text", "accent"),
    ("production-text", "production"),
)
"""Every text colour with each colour it is drawn on."""


class ThemeFile(Struct, frozen=True):
    """What became of one theme file."""

    path: Path
    theme: Theme | None
    """None if the file cannot be used; a theme that is merely hard to read is given all the same."""
    problems: tuple[str, ...]


def variable_defaults(theme: Theme) -> Mapping[str, str]:
    """Our own colours for a theme that does not set them, such as the toolkit's built-in ones."""
    if theme.ansi:
        return {**_ANSI, **dict.fromkeys(_LEFT_TO_ANSI, "ansi_default")}
    return _DARK if theme.dark else _LIGHT


def available(user_folder: Path | None = None) -> list[ThemeFile]:
    """Read all theme files, the operator's own last, so that one of the same name replaces ours."""
    return [read(path) for path in (*shipped(), *own(user_folder))]


def trusted(path: Path) -> Theme:
    """The theme of a file that is known to be right, without a second look at each of its colours."""
    return _built(document_of(path), path)


def read(path: Path) -> ThemeFile:
    """Read and judge one theme file."""
    try:
        data = document_of(path)
    except OSError as problem:
        return ThemeFile(path, None, (f"cannot be read: {problem.strerror}",))
    except UnicodeDecodeError:
        return ThemeFile(path, None, ("is not UTF-8 text",))
    except ValueError as problem:
        return ThemeFile(path, None, (f"is not TOML: {problem}",))
    problems = list(_wrong_values(data))
    if problems:
        return ThemeFile(path, None, tuple(problems))
    theme = _built(data, path)
    level = data.get("contrast", "AA")
    return ThemeFile(path, theme, tuple(_too_faint(theme, level)))


def _built(data: Mapping[str, object], path: Path) -> Theme:
    options = {key: value for key, value in data.items() if key not in {"contrast", "variables"}}
    own = data.get("variables", {})
    theme = Theme(**{"name": path.stem, **options})  # type: ignore[arg-type]
    theme.variables = {**variable_defaults(theme), **own}  # type: ignore[dict-item]
    return theme


@cache
def _known_keys() -> Mapping[str, type]:
    kinds: dict[str, type] = {"dark": bool, "ansi": bool, "luminosity_spread": float, "text_alpha": float}
    keys: dict[str, type] = {field.name: kinds.get(field.name, str) for field in fields(Theme)}
    return {**keys, "variables": dict, "contrast": str}


@cache
def _known_variables() -> frozenset[str]:
    plain = Theme("any", primary="#808080").to_color_system().generate()
    ansi = Theme("any", primary="ansi_blue", ansi=True).to_color_system().generate()
    return frozenset(plain) | frozenset(ansi) | frozenset(VARIABLES)


def _wrong_values(data: Mapping[str, object]) -> Iterable[str]:
    known = _known_keys()
    if "primary" not in data:
        yield "primary: missing; every theme has to set it"
    for key, value in data.items():
        if key not in known:
            yield f"{key}: unknown key{did_you_mean(key, known)}"
        elif not _fits(value, known[key]):
            yield f"{key}: found {value!r}, allowed is {_WORDS[known[key]]}"
        elif key == "variables":
            yield from _wrong_variables(value)  # type: ignore[arg-type]
        elif key == "contrast":
            if value not in _LEVELS:
                yield f"contrast: found {value!r}, allowed is 'AA' or 'AAA'"
        elif known[key] is str and key != "name":
            yield from _wrong_color(key, str(value))


_WORDS: Mapping[type, str] = MappingProxyType(
    {bool: "true or false", float: "a number", str: "a text in quotes", dict: "a table"}
)


def _fits(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind)


def _wrong_variables(variables: Mapping[str, object]) -> Iterable[str]:
    known = _known_variables()
    for name, value in variables.items():
        key = f"variables.{name}"
        if name not in known:
            yield f"{key}: unknown variable{did_you_mean(name, known)}"
        elif not isinstance(value, str):
            yield f"{key}: found {value!r}, allowed is a text in quotes"
        elif not name.endswith("-style"):
            yield from _wrong_color(key, value)


def _wrong_color(key: str, value: str) -> Iterable[str]:
    try:
        _parsed(value)
    except (ColorParseError, ValueError):
        yield f"{key}: {value!r} is not a colour; write #RRGGBB, a colour name or ansi_NAME"


def _too_faint(theme: Theme, level: object) -> Iterable[str]:
    colors = {**variable_defaults(theme), **theme.to_color_system().generate(), **theme.variables}
    least = _LEVELS[str(level)]
    for text, ground in PAIRS:
        ratio = contrast(colors[text], colors[ground])
        if ratio is not None and ratio < least:
            yield f"{text} on {ground}: contrast {ratio:.1f} is below {least:g} ({level})"


def contrast(text: str, ground: str) -> float | None:
    """The WCAG contrast ratio, 1 to 21, or None where the terminal chooses one of the colours."""
    below, above = _parsed(ground), _parsed(text)
    if _is_of_terminal(below) or _is_of_terminal(above):
        return None
    if above.auto:
        above = below.get_contrast_text(above.a)
    light, dark = sorted((_luminance(below.blend(above, above.a, 1.0)), _luminance(below)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _is_of_terminal(color: Color) -> bool:
    return color.ansi is not None or (color.a == 0 and not color.auto)


def _parsed(value: str) -> Color:
    """Read a colour as styles write it: a colour, or one with an opacity such as `auto 60%`."""
    name, _, opacity = value.strip().partition(" ")
    alpha = float(opacity.removesuffix("%")) / 100 if opacity else 1.0
    if name == "auto":
        return Color.automatic(alpha * 100)
    color = Color.parse(name)
    return color.multiply_alpha(alpha) if opacity else color


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in color.rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
