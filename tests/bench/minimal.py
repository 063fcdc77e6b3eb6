"""The floor of everything that the toolkit draws; shows `ready-now`, and ends at any key."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """An application with one line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready-now")

    def on_key(self) -> None:
        """End."""
        self.exit()


if __name__ == "__main__":
    Minimal().run()
