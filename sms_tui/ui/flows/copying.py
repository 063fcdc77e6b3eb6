"""Copies texts to the terminal's clipboard, shows them for selection, and exports files."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from sms_tui.domain.documents import task_document
from sms_tui.domain.rows import Row
from sms_tui.domain.sentence import counted, sentence
from sms_tui.domain.spreadsheet import write_csv
from sms_tui.domain.text import LONGEST_SIGN, clean
from sms_tui.private_files import create_private
from sms_tui.ui.flows.asking import Ask, Tell, nothing_chosen
from sms_tui.ui.terminal.sequences import MOST_BYTES
from sms_tui.ui.wording.copy_texts import JSON, Command, Text
from sms_tui.ui.wording.language import tr


class Copying(Struct, frozen=True):
    """Copies and exports what is chosen or shown: texts cleaned, cells made harmless, JSON in plain ASCII."""

    ask: Ask
    tell: Tell
    clipboard: Callable[[str], bool]
    """Sends a text to the terminal's clipboard; False if it is too long for that"""
    lend_mouse: Callable[[bool], None]
    """Leaves the mouse to the terminal (True), or takes it back (False)"""
    texts: Callable[[Row], Sequence[Text]]
    """What can be copied of a row"""
    commands: Callable[[Sequence[Row]], Sequence[Command]]
    """Commands that can be copied for all rows together"""
    background: Callable[[Coroutine[None, None, None]], object]
    folder: Path

    def copy(self, what: str, texts: Iterable[str], *, lines: bool = False) -> None:
        """Send texts to the terminal's clipboard, one a line; a terminal never says whether it took them.

        Line feeds within a text are drawn unless they are ours (`lines`): pasted, they would run.
        """
        # All or nothing: half a command would be a different one. What is cut here is too long in any case.
        cleaned = [clean(text, MOST_BYTES + LONGEST_SIGN, lines=lines) for text in texts]
        if not cleaned:
            self.tell(nothing_chosen(), "warning")
        elif self.clipboard("\n".join(cleaned)):
            # First what for: beside an operation's name 'sent' is read as if that were sent.
            self.tell(
                tr(
                    "For the clipboard, sent to terminal: {what} ({count})",
                    what=sentence(what),
                    count=len(cleaned),
                )
            )
        else:
            self.tell(tr("Too long for the terminal's clipboard; press y, then p for plain text."), "warning")

    async def menu(self, rows: Sequence[Row]) -> None:
        """Choose what to copy of `rows`."""
        from sms_tui.ui.dialogs.copy_menu import PLAIN, CopyMenu, plain_text
        from sms_tui.ui.dialogs.picker import Option
        from sms_tui.ui.dialogs.text_view import TextView

        if not rows:
            self.tell(nothing_chosen(), "warning")
            return
        labels = [label for label, _ in self.texts(rows[0])]
        commands = dict(self.commands(rows))
        options = [Option(label, tr(label)) for label in (*labels, *commands)]
        options.append(plain_text(tr("all of it as plain text to select from")))
        chosen = await self.ask(CopyMenu(tr("Copy"), options))
        if chosen == PLAIN:
            view = TextView(tr("Select with the terminal"), self._plain(rows), on_shown=self.lend_mouse)
            await self.ask(view)
        elif chosen in commands:
            self.copy(chosen, [commands[chosen]()])
        elif chosen:
            texts = [dict(self.texts(row)).get(chosen, str)() for row in rows]
            whole = [text for text in texts if text is not None]
            if len(whole) < len(texts):
                self.tell(_too_long(), "warning")
            else:
                self.copy(chosen, whole, lines=chosen == JSON)

    def _plain(self, rows: Sequence[Row]) -> str:
        blocks = (
            "\n".join(f"{tr(label)}: {text() or _too_long()}" for label, text in self.texts(row))
            for row in rows
        )
        commands = "\n".join(f"{tr(label)}: {command()}" for label, command in self.commands(rows))
        return "\n\n".join((*blocks, commands))

    async def export(self, rows: Sequence[Row], now: float, *, simulated: bool) -> None:
        """Write `rows` to a new file in the working folder, named after `now` (epoch seconds)."""
        from sms_tui.ui.dialogs.picker import Option, Picker

        chosen = await self.ask(
            Picker(tr("Export the rows shown"), [Option("csv", "CSV"), Option("json", "JSON")])
        )
        if not chosen:
            return
        name = _file_name(f"{_stamp(now)}.{chosen}", simulated=simulated)
        # Keys would wait for what a flow under way may still open.
        self.background(self._write(rows, now, chosen, name))

    async def _write(self, rows: Sequence[Row], now: float, form: str, name: str) -> None:
        # In a thread, since thousands of rows take time; rows are immutable.
        text = await asyncio.to_thread(_as_csv if form == "csv" else _as_json, rows, now)
        self._save(name, text, tr(counted(len(rows), "{count} row", "{count} rows")))

    def save_lines(self, name: str, what: str, lines: Iterable[str], now: float, *, simulated: bool) -> None:
        """Write lines of text to a new file in the working folder; `what` they are is said of it."""
        file_name = _file_name(f"{name}-{_stamp(now)}.txt", simulated=simulated)
        self._save(file_name, "".join(f"{line}\n" for line in lines), what)

    def _save(self, name: str, text: str, what: str) -> None:
        path = self.folder / name
        try:
            create_private(path, text.encode())
        except OSError as error:
            self.tell(tr("Could not write {path}: {reason}", path=path, reason=error.strerror), "error")
        else:
            self.tell(tr("{what} written to {path}", what=what, path=path))


def _too_long() -> str:
    return tr("Too long for the terminal's clipboard; sms-tui show -o json prints it.")


def _file_name(rest: str, *, simulated: bool) -> str:
    """Of what is simulated, each file says so."""
    return f"sms-tui-{'SIMULATED-' if simulated else ''}{rest}"


def _stamp(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")


def _as_csv(rows: Sequence[Row], now: float) -> str:
    text = io.StringIO()
    write_csv(rows, now, text)
    return text.getvalue()


def _as_json(rows: Sequence[Row], now: float) -> str:
    return json.dumps([task_document(row, now) for row in rows], indent=1)
