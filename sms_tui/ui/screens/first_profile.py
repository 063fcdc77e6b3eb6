"""The start where several profiles may be meant: asks which one, and speaks to none of them before."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from sms_tui.config import Profile, Settings
from sms_tui.ui.dialogs.picker import Option, Picker
from sms_tui.ui.options import Options
from sms_tui.ui.theming.themed import ThemedApp
from sms_tui.ui.wording.language import choose, tr


class FirstProfileApp(ThemedApp[str]):
    """Answers with the name of a profile, or nothing."""

    TITLE = "sms-tui"
    CSS = "Screen { background: $background; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", show=False, id="first.quit", priority=True),
    ]

    def __init__(
        self,
        settings: Settings,
        endpoint: str,
        options: Options,
        report_crash: Callable[[BaseException], str],
    ) -> None:
        """`endpoint` is one that wins over each profile's own, or empty."""
        super().__init__(options, report_crash, lambda: (settings.theme,), stock=True)
        self._settings = settings
        self._endpoint = endpoint

    def on_mount(self) -> None:
        """Ask at once."""
        options = [self._option(profile) for profile in self._settings.profiles.values()]
        self.push_screen(Picker(tr("Profile"), options), self.exit)

    def _option(self, profile: Profile) -> Option:
        production = "  PRODUCTION" if profile.production else ""
        broken = self._settings.broken.get(profile.name)
        note = f"{self._endpoint or profile.endpoint}{production}"
        return Option(profile.name, profile.name, note, str(broken) if broken else "")


def run_first_profile(
    settings: Settings, endpoint: str, options: Options, report_crash: Callable[[BaseException], str]
) -> str | int:
    """The name of the profile that was chosen; a code to leave with."""
    choose(options.language)
    app = FirstProfileApp(settings, endpoint, options, report_crash)
    return app.run(mouse=options.mouse) or app.return_code or 0
