"""An app that applies a theme, drawn with the colours and characters that its terminal has."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sms_tui.ui.ending import EndingApp
from sms_tui.ui.options import Options
from sms_tui.ui.terminal.ground import GroundTold
from sms_tui.ui.terminal.line_filters import wear_filters
from sms_tui.ui.theming.choice import ThemeChoice
from sms_tui.ui.theming.files import variable_defaults

T = TypeVar("T")


class ThemedApp(EndingApp[T]):
    """Wears one of `themes` from before its first frame on."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        options: Options,
        report_crash: Callable[[BaseException], str],
        wanted: Callable[[], Iterable[str]],
        *,
        stock: bool,
    ) -> None:
        """`wanted`: the names of the themes chosen, the best first; what the `options` name goes before."""
        super().__init__(report_crash, slow_link=options.slow_link, stock=stock)
        self.options = options
        few_colors = self.console.color_system in {None, "standard"}
        self.themes = ThemeChoice(
            options.user_themes, options.theme, few_colors=few_colors, is_light=options.is_light
        )
        self._wanted = wanted
        self.wear_wanted()
        # Somebody who chose a theme knows the background.
        self.asks_ground = options.asks_ground and not self.themes.is_chosen(wanted())
        # The toolkit made its styles of its own theme by now; later it would read all of them twice.
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(options.ascii_only, "-ascii")
        wear_filters(self, ascii_only=options.ascii_only, no_color=options.no_color)

    def get_theme_variable_defaults(self) -> Mapping[str, str]:  # type: ignore[override]
        """Colours of our own for themes that do not set them."""
        return dict(variable_defaults(self.current_theme))

    def wear_wanted(self) -> None:
        """Take the theme chosen, or the one that suits the ground."""
        self.set_theme(self.themes.first_known(self._wanted()))

    def on_ground_told(self, event: GroundTold) -> None:
        """Wear what suits the ground, unless a theme was chosen or is tried on."""
        is_worn = self.theme == self.themes.first_known(())
        self.themes.is_light = event.is_light
        if is_worn:
            self.wear_wanted()

    def set_theme(self, name: str) -> None:
        """Take a theme."""
        if name != self.theme:
            self.register_theme(self.themes.named(name))
            self.theme = name
