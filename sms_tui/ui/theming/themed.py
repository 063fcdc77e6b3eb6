"""An app that wears a theme, drawn in the colours and letters that its terminal has."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sms_tui.ui.ending import EndingApp
from sms_tui.ui.options import Options
from sms_tui.ui.terminal.line_filters import wear_filters
from sms_tui.ui.theming.theme_choice import ThemeChoice
from sms_tui.ui.theming.theme_files import variable_defaults

T = TypeVar("T")


class ThemedApp(EndingApp[T]):
    """Wears one of `themes` from before its first frame on."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        options: Options,
        report_crash: Callable[[BaseException], str],
        wanted: Iterable[str],
        *,
        stock: bool,
    ) -> None:
        """`wanted` are names of themes, the best first; what the `options` name goes before them."""
        super().__init__(report_crash, slow_link=options.slow_link, stock=stock)
        self.options = options
        few_colors = self.console.color_system in {None, "standard"}
        self.themes = ThemeChoice(options.user_themes, options.theme, few_colors=few_colors)
        self.set_theme(self.themes.first_known(wanted))
        # The toolkit made its styles of its own theme by now; later it would read all of them twice.
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(options.ascii_only, "-ascii")
        wear_filters(self, ascii_only=options.ascii_only, no_color=options.no_color)

    def get_theme_variable_defaults(self) -> Mapping[str, str]:  # type: ignore[override]
        """Colours of our own for themes that do not set them."""
        return dict(variable_defaults(self.current_theme))

    def set_theme(self, name: str) -> None:
        """Take a theme."""
        if name != self.theme:
            self.register_theme(self.themes.named(name))
            self.theme = name
