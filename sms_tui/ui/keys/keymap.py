"""Every key of the main screen as data; bindings, help, footer and command palette all read this table.

The keys of the task table and of the log panel are declared with those widgets, since they only act there.
"""

from msgspec import Struct


class Action(Struct, frozen=True):
    """One thing a key does; `id` is stable, so that `[keys]` in the configuration can rebind it."""

    id: str
    keys: str
    """Comma separated, as the terminal toolkit names them."""
    text: str
    section: str
    hint: str = ""
    """Short form for the footer; empty if the footer does not show it."""


OPERATE = "Operations"
VIEW = "View"
LOOK = "Look closer"
MONITOR = "Monitor"
COPY = "Copy and export"
PROGRAM = "Program"

ACTIONS: tuple[Action, ...] = (
    Action("operate.palette", "a", "Operations for the row or the marked rows", OPERATE, "operate"),
    Action("operate.again", "R", "Try what provably had no effect again", OPERATE),
    Action("operate.halt", "H", "Stop the batch: what is queued is not sent", OPERATE),
    Action("operate.batch", "B", "What became of the batch, task by task", OPERATE),
    Action("operate.settle", "S", "Settle unknown outcomes: read those tasks now", OPERATE),
    Action("view.filter", "slash", "Filter the tasks", VIEW, "filter"),
    Action("view.problems", "exclamation_mark", "Show problems only", VIEW),
    Action("view.next_problem", "n", "Next problem", VIEW),
    Action("view.previous_problem", "N", "Previous problem", VIEW),
    Action("view.sort", "s", "Sort by a column", VIEW, "sort"),
    Action("view.columns", "C", "Choose columns", VIEW),
    Action("view.pick", "V", "Choose a view", VIEW),
    Action("view.waves", "W", "Waves: how far each of them is", VIEW),
    Action("view.time", "t", "Times in UTC, or in local time", VIEW),
    *(Action(f"view.{number}", str(number), f"View {number}", VIEW) for number in range(10)),
    Action("look.detail", "d", "Detail of the task", LOOK, "detail"),
    Action("look.raw", "i", "The task as raw JSON", LOOK),
    Action("look.next_tab", "right_square_bracket", "Next tab", LOOK),
    Action("look.previous_tab", "left_square_bracket", "Previous tab", LOOK),
    Action("look.explain", "x", "Explain the error of this row", LOOK),
    Action("look.log", "L", "The log", LOOK),
    Action("look.next_pane", "tab", "Next pane", LOOK),
    Action("look.previous_pane", "shift+tab", "Previous pane", LOOK),
    Action("look.zoom", "z", "Zoom the pane", LOOK),
    Action("monitor.refresh", "r", "Refresh now", MONITOR, "refresh"),
    Action("monitor.pause", "p", "Pause the screen; age goes on counting", MONITOR),
    Action("monitor.faster", "plus", "Poll faster", MONITOR),
    Action("monitor.slower", "minus", "Poll slower", MONITOR),
    Action("monitor.watch", "w", "Watch this row: be told when it changes", MONITOR),
    Action("copy.id", "c", "Copy the id", COPY),
    Action("copy.menu", "y", "Copy name, addresses, error, JSON, curl or command", COPY),
    Action("copy.export", "E", "Export the rows shown", COPY),
    Action("program.command", "colon", "Command line", PROGRAM, "command"),
    Action("program.palette", "ctrl+p", "Find and run anything", PROGRAM),
    Action("program.help", "question_mark,f1", "Help", PROGRAM, "help"),
    Action("program.profile", "P", "Change the profile; clears marks", PROGRAM),
    Action("program.theme", "T", "Theme", PROGRAM),
    Action("program.redraw", "ctrl+l", "Redraw the screen", PROGRAM),
    Action("program.suspend", "ctrl+z", "Suspend to the shell", PROGRAM),
    Action("program.back", "escape", "Back: close, or clear the filter", PROGRAM),
    Action("program.leave", "q", "Back, and at the root quit", PROGRAM, "quit"),
    Action("program.interrupt", "ctrl+c", "Quit when pressed twice", PROGRAM),
)

EVERYWHERE = frozenset({"program.redraw", "program.suspend", "program.interrupt"})
"""Actions that the app itself binds, since they work in dialogs too"""

_WORDS = {
    "slash": "/",
    "exclamation_mark": "!",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "colon": ":",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "asterisk": "*",
    "escape": "esc",
}


def key_word(keys: str) -> str:
    """How a person writes `keys`, such as `?` or `f1` for `question_mark,f1`."""
    return " ".join(_WORDS.get(key.strip(), key.strip()) for key in keys.split(","))
