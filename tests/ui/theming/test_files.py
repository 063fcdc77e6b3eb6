"""Theme files: those that are shipped are sound, and each way to break one is named in one sentence."""

import os
import re
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from sms_tui.config.theme_files import is_theme, shipped
from sms_tui.ui.theming import files as themes
from sms_tui.ui.theming.files import (
    DEFAULT_THEME,
    PAIRS,
    VARIABLES,
    available,
    contrast,
    read,
    variable_defaults,
)

GOOD = """
name = "mine"
primary = "#6CB6FF"
foreground = "#FFFFFF"
background = "#000000"
surface = "#000000"
panel = "#101010"
warning = "#FFD479"
error = "#FF9A92"
accent = "#62C6D0"
"""


def check(path: Path) -> list[str]:
    """Everything that is wrong with one theme file."""
    return list(read(path).problems)


def written(folder: Path, text: str | bytes, name: str = "mine.toml") -> Path:
    """A theme file with that text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_shipped_theme_is_sound(path: Path) -> None:
    assert check(path) == []
    theme = read(path).theme
    assert theme is not None
    assert theme.name == path.stem
    assert set(VARIABLES) <= set(theme.variables)


def test_every_colour_that_is_drawn_with_is_judged() -> None:
    house = Path(themes.__file__).parents[1]
    sources = [path.read_text() for path in house.rglob("*") if path.suffix in {".py", ".tcss"}]
    drawn = {name for source in sources for name in re.findall(r"\$([a-z][a-z0-9-]+)", source)}
    lines = {name for name in drawn if name.startswith(("border", "panel-"))}
    assert drawn - lines <= {name for pair in PAIRS for name in pair}


def test_the_promised_themes_are_shipped() -> None:
    names = {path.stem for path in shipped()}
    assert names == {
        "cutover-dark",
        "cutover-light",
        "high-contrast",
        "colour-blind",
        "terminal-16",
        "terminal-16-light",
    }
    assert DEFAULT_THEME in names


def test_the_high_contrast_theme_answers_to_the_higher_level(tmp_path: Path) -> None:
    path = next(path for path in shipped() if path.stem == "high-contrast")
    theme = read(path).theme
    assert theme is not None
    colors = {**theme.to_color_system().generate(), **theme.variables}
    for text, ground in PAIRS:
        ratio = contrast(colors[text], colors[ground])
        assert ratio is not None
        assert ratio >= 7.0, (text, ground)
    dimmer = path.read_text().replace('stale = "#CFCFCF"', 'stale = "#808080"')
    assert any("below 7 (AAA)" in problem for problem in check(written(tmp_path, dimmer)))


def test_a_theme_may_leave_out_what_is_not_its_own(tmp_path: Path) -> None:
    assert check(written(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = ", "is not TOML: "),
        (b"\xff\xfe", "is not UTF-8 text"),
        (GOOD.replace('primary = "#6CB6FF"', ""), "primary: missing; every theme has to set it"),
        (GOOD + 'primry = "red"', "primry: unknown key; did you mean 'primary'?"),
        (GOOD + "[colours]\nx = 1", "colours: unknown key"),
        (
            GOOD.replace('"#62C6D0"', '"#62C6DG"'),
            "accent: '#62C6DG' is not a colour; write #RRGGBB, a colour name or ansi_NAME",
        ),
        (GOOD.replace('"#62C6D0"', "5"), "accent: found 5, allowed is a text in quotes"),
        (GOOD + 'dark = "yes"', "dark: found 'yes', allowed is true or false"),
        (GOOD + "text_alpha = true", "text_alpha: found True, allowed is a number"),
        (GOOD + 'contrast = "A"', "contrast: found 'A', allowed is 'AA' or 'AAA'"),
        (GOOD + "variables = 3", "variables: found 3, allowed is a table"),
        (
            GOOD + '[variables]\ntask-faild = "red"',
            "variables.task-faild: unknown variable; did you mean 'task-failed'?",
        ),
        (
            GOOD + '[variables]\ntask-failed = "nonsense 50%"',
            "variables.task-failed: 'nonsense 50%' is not a colour; write #RRGGBB",
        ),
        (
            GOOD + '[variables]\ntask-failed = "red x"',
            "variables.task-failed: 'red x' is not a colour; write #RRGGBB, a colour name or ansi_NAME",
        ),
        (GOOD + "[variables]\nstale = 7", "variables.stale: found 7, allowed is a text in quotes"),
        (
            GOOD.replace('foreground = "#FFFFFF"', 'foreground = "#666666"'),
            "foreground on panel: contrast 3.3 is below 4.5 (AA)",
        ),
        (
            GOOD + '[variables]\nproduction = "#FFC0C0"',
            "production-text on production: contrast 1.5 is below 4.5 (AA)",
        ),
    ],
)
def test_a_broken_theme_is_named(tmp_path: Path, text: str | bytes, problem: str) -> None:
    problems = check(written(tmp_path, text))
    assert any(found.startswith(problem) for found in problems), problems
    assert all("\n" not in found for found in problems)


def test_a_file_that_is_not_there_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    assert check(tmp_path / "none.toml") == ["cannot be read: No such file or directory"]


def test_what_is_no_file_or_has_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for place in (tmp_path / "pipe.toml", tmp_path, Path("/dev/zero")):
        assert check(place) == ["cannot be read: it is no regular file"]
    large = tmp_path / "large.toml"
    with large.open("wb") as file:
        file.truncate(1024**3)
    assert check(large) == ["cannot be read: it has more than 1 MiB"]
    for name in ("pipe", "large"):
        assert is_theme(name, {"XDG_CONFIG_HOME": str(tmp_path)}) is False
    (tmp_path / "sms-tui").mkdir()
    tmp_path.joinpath("sms-tui", "themes").symlink_to(tmp_path)
    for name in ("pipe", "large"):
        assert is_theme(name, {"XDG_CONFIG_HOME": str(tmp_path)}) is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("primary = " + "[" * 50_000, "values nested too deeply"),
        ("name" + ".a" * 2_000 + " = 1", "values nested too deeply"),
        ("primary = " + "1" * 5_000, "a number of too many digits"),
    ],
    ids=["deep", "dotted", "long"],
)
def test_what_the_reader_gives_up_on_is_a_problem_and_no_crash(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "sms-tui" / "themes" / "deep.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert check(path) == [f"is not TOML: {why}"]
    assert is_theme("deep", {"XDG_CONFIG_HOME": str(tmp_path)})


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("#62C6D0", "nope") + 'dark = 1\nfoo = 2\n[variables]\nbar = "x"'
    assert len(check(written(tmp_path, text))) == 4


def test_a_faint_theme_is_told_of_but_can_be_used(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD + '[variables]\nstale = "#333333"'))
    assert found.problems
    assert found.theme is not None


def test_a_theme_of_ones_own_comes_last_and_takes_its_name_from_the_file(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace('name = "mine"', ""), "night.toml")
    written(tmp_path, "not a theme", "notes.txt")
    found = available(tmp_path)
    assert [file.path.stem for file in found[:-1]] == [path.stem for path in shipped()]
    assert found[-1].theme is not None
    assert found[-1].theme.name == "night"
    assert len(available(tmp_path / "missing")) == len(shipped())


@pytest.mark.parametrize(
    ("text", "ground", "ratio"),
    [
        ("#FFFFFF", "#000000", 21.0),
        ("#000000", "#FFFFFF", 21.0),
        ("#777777", "#FFFFFF", 4.48),
        ("white 50%", "black", 5.24),
        ("auto 100%", "#000000", 21.0),
        ("ansi_red", "#000000", None),
        ("#FFFFFF", "ansi_default", None),
        ("#FFFFFF", "transparent", None),
    ],
)
def test_contrast_is_a_ratio_where_both_colours_are_known(
    text: str, ground: str, ratio: float | None
) -> None:
    found = contrast(text, ground)
    assert found == (None if ratio is None else pytest.approx(ratio, abs=0.01))


class Host(App[None]):
    """Uses each variable of ours."""

    CSS = "\n".join(f".{name} {{ color: ${name}; }}" for name in VARIABLES)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(variable_defaults(self.current_theme))

    def compose(self) -> ComposeResult:
        yield Static("x")


@pytest.mark.anyio
async def test_every_theme_can_be_put_on_in_turn() -> None:
    app = Host()
    async with app.run_test(size=(20, 3)) as pilot:
        for file in available():
            assert file.theme is not None
            app.register_theme(file.theme)
        for name in [*BUILTIN_THEMES, *(path.stem for path in shipped())]:
            app.theme = name
            await pilot.pause()
            assert app.current_theme.name == name
