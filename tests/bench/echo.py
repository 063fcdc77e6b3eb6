"""The floor of answering a key: one line that counts them, until `q`."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Echo(App[None]):
    """An application with one line."""

    count = 0

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready-now  row 0 ", id="text")

    def on_key(self, event: Key) -> None:
        """Count it."""
        if event.key == "q":
            self.exit()
        self.count += 1
        self.query_one("#text", Static).update(f"ready-now  row {self.count} ")


if __name__ == "__main__":
    Echo().run()
