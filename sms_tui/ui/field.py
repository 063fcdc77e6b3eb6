"""A line to type in, for the prompt and the dialogs."""

from textual.events import Key
from textual.widgets import Input


class Field(Input):
    """A text one line high whose keys act in the order in which they were typed.

    The toolkit puts characters in as they come, but a key such as backspace travels to the app and back
    first: of keys that arrive together, as over a slow line, the later would overtake the earlier.
    """

    def __init__(self, value: str = "", *, placeholder: str = "", name: str | None = None) -> None:
        """`name`: by which the field is found."""
        super().__init__(value, placeholder=placeholder, id=name, compact=True, select_on_focus=False)
        # A cursor that blinks would cost something while nobody types.
        self.cursor_blink = False

    async def on_key(self, event: Key) -> None:
        """Edit at once; a key behind the one that took the focus away is meant for what has it now."""
        if self.screen.focused is not self:
            event.prevent_default()
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
