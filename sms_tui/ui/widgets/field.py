"""A line to type in, for the prompt and the dialogs."""

from collections.abc import Collection, Sequence

from textual.events import Key, Paste
from textual.widgets import Input

from sms_tui.domain.sentence import counted
from sms_tui.ui.wording.language import tr


class Field(Input):
    """A text one line high whose keys act in the order in which they were typed.

    The toolkit puts characters in as they come, but a key such as backspace travels to the app and back
    first: of keys that arrive together, as over a slow line, the later would overtake the earlier.
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        name: str | None = None,
        max_length: int = 0,
        led_by: Collection[str] = (),
    ) -> None:
        """`name`: by which the field is found; `led_by`: ids of bindings around it that change its text."""
        super().__init__(
            value,
            placeholder=placeholder,
            id=name,
            max_length=max_length,
            compact=True,
            select_on_focus=False,
        )
        self._led_by = led_by
        # A blinking cursor would cost something while nobody types.
        self.cursor_blink = False

    async def on_key(self, event: Key) -> None:
        """Edit at once; pass on a key that came after the focus had moved elsewhere."""
        if self.screen.focused is not self:
            event.prevent_default()
        elif await self._act(event):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        """Put in what was pasted, in one line."""
        event.stop()
        event.prevent_default()
        lines = [line for line in event.text.splitlines() if line.strip()]
        if lines:
            self.replace(self.joined(lines) if len(lines) > 1 else lines[0], *self.selection)

    def joined(self, lines: Sequence[str]) -> str:
        """What is put in for several lines; here it is the first, and that is said."""
        left_out = counted(
            len(lines) - 1,
            "One line fits here: {count} more that was pasted is left out.",
            "One line fits here: {count} more that were pasted are left out.",
        )
        self.notify(tr(left_out), severity="warning", markup=False)
        return lines[0]

    async def edit(self, key: Key) -> bool:
        """Do at once what `key` does in this field, wherever it arrived; False if it does nothing here."""
        if key.is_printable and key.character:
            self.screen.set_focus(self)
            self.replace(key.character, *self.selection)
            return True
        return await self._act(key)

    async def _act(self, key: Key) -> bool:
        for binding in self._bindings.key_to_bindings.get(key.key, ()):
            if await self.app.run_action(binding.action, self):
                return True
        # With the keys that the operator has configured.
        for node, bindings in self.screen._modal_binding_chain if self._led_by else ():  # noqa: SLF001
            for binding in bindings.key_to_bindings.get(key.key, ()):
                if binding.id in self._led_by:
                    return await self.app.run_action(binding.action, node)
        return False


class LedField(Field):
    """A field whose keys are put in, by `edit`, by what stands around it.

    Keys typed before the field had the focus arrive there too, so that none of them overtakes another.
    """

    async def on_key(self, event: Key) -> None:
        """Leave all keys to the screen or container."""
        event.prevent_default()
