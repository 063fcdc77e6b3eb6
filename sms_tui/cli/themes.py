"""`sms-tui themes`: lists themes, and checks a file with the interface's own reader."""

from argparse import Namespace
from collections.abc import Callable, Mapping

from sms_tui.cli.environment import Environment
from sms_tui.config.theme_files import own_folder
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.exit_codes import ExitCode
from sms_tui.headless.output import Output
from sms_tui.headless.tables import table
from sms_tui.ui.theming.files import available, read


def themes(action: str | None, options: Namespace, here: Environment, output: Output) -> ExitCode:
    """Do what was asked."""
    return _ACTIONS[action or "list"](options, here, output)


def _list(_options: Namespace, here: Environment, output: Output) -> ExitCode:
    own = own_folder(here.environ)
    rows = []
    for file in available(own):
        verdict = "ready" if not file.problems else "hard to read" if file.theme else "cannot be used"
        rows.append(
            (clean(file.theme.name if file.theme else file.path.stem), verdict, clean(str(file.path)))
        )
    for line in table(("Theme", "Verdict", "File"), rows):
        output.data(line)
    output.say(f"Themes of your own go into {own}.")
    return ExitCode.DONE


def _check(options: Namespace, _here: Environment, output: Output) -> ExitCode:
    problems = read(options.file).problems
    for problem in problems:
        output.data(clean(f"{options.file}: {problem}", DETAIL_LIMIT))
    if not problems:
        output.say(f"{options.file}: nothing is wrong with it.")
    return ExitCode.FAILED if problems else ExitCode.DONE


_ACTIONS: Mapping[str, Callable[[Namespace, Environment, Output], ExitCode]] = {
    "list": _list,
    "check": _check,
}
