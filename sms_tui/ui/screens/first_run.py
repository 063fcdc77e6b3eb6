"""The screen of the very first start: nothing is configured, so it offers the demo or a first setup."""

from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sms_tui.config import Settings
from sms_tui.domain.text import DETAIL_LIMIT, clean
from sms_tui.ui.options import Options
from sms_tui.ui.theming.themed import ThemedApp
from sms_tui.ui.wording.language import choose, tr

_MOST_REMARKS = 3
EXAMPLE = """\
[profiles.prod]
endpoint = "https://sms.ap-southeast-3.myhuaweicloud.com"
"""


class Choice(StrEnum):
    """How to go on."""

    DEMO = "demo"
    CONFIGURE = "configure"


class FirstRunApp(ThemedApp[Choice]):
    """Answers with a choice, or nothing."""

    TITLE = "sms-tui"
    CSS = """
    Screen { align: center middle; background: $background; }
    #box { width: 76; max-width: 100%; height: auto; max-height: 100%; border: heavy $primary; padding: 1 2; }
    #box { scrollbar-size-vertical: 1; }
    .-low #box { padding: 0 2; }
    .-ascii #box { border: ascii $primary; }
    .key { color: $accent; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,enter", "go_on('demo')", show=False, id="first.demo"),
        Binding("c", "go_on('configure')", show=False, id="first.configure"),
        Binding("q,ctrl+c,ctrl+q", "quit", show=False, id="first.quit", priority=True),
    ]

    def __init__(
        self, settings: Settings, options: Options, report_crash: Callable[[BaseException], str]
    ) -> None:
        super().__init__(options, report_crash, lambda: (settings.theme,), stock=True)
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]
        self._settings = settings

    def compose(self) -> ComposeResult:
        """What is missing, what to write, and the ways on."""
        remarks = self._settings.remarks("")[:_MOST_REMARKS]
        with VerticalScroll(id="box"):
            yield Static(
                Content.assemble(
                    ("sms-tui\n", "bold $primary"),
                    tr("Watch Server Migration Service tasks live, and operate them."),
                    "\n\n",
                    tr("No profile is configured yet."),
                    "\n",
                    ("".join(f"{clean(remark, DETAIL_LIMIT)}\n" for remark in remarks), "$text-warning"),
                    "\n",
                    ("d", "bold $accent"),
                    f"  {tr('try the demo: a simulated service, nothing is real')}\n",
                    ("c", "bold $accent"),
                    f"  {tr('configure: a few questions, a try of the connection, one file')}\n",
                    ("q", "bold $accent"),
                    f"  {tr('quit; `sms-tui --help` tells the rest')}\n\n",
                    tr("The shortest file that works, for"),
                    (f"\n{self._settings.path}:\n\n", "bold"),
                    (EXAMPLE, "$text-muted"),
                    "\n",
                    tr("The secret comes from the environment, such as SMS_TUI_TOKEN."),
                ),
                markup=False,
            )

    def action_go_on(self, choice: str) -> None:
        """Leave with that choice."""
        self.exit(Choice(choice))


def run_first_run(
    settings: Settings, options: Options, report_crash: Callable[[BaseException], str]
) -> Choice | int:
    """Show the screen, since no profile is among the `settings`; a code to leave with."""
    choose(options.language)
    app = FirstRunApp(settings, options, report_crash)
    return app.run(mouse=options.mouse) or app.return_code or 0
