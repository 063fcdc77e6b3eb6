"""The promises of README.md's table under Safety, which tests try them, and with how many cases."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

PROMISES = {
    1: "never twice",
    2: "never the wrong one",
    3: "never unseen",
    4: "never by accident",
    5: "batches with a policy",
    6: "never stuck, never blind",
    7: "never a leak",
    8: "never fooled by text",
    9: "a clean terminal",
}
TRIED_IN: dict[str, tuple[int, ...]] = {
    "api/auth/test_given_credentials.py": (6, 7),
    "api/calls/test_limits.py": (6,),
    "api/calls/test_paging.py": (6,),
    "domain/test_secret.py": (7,),
    "api/auth/test_sign_in.py": (6, 7),
    "api/network/test_transport.py": (6,),
    "api/calls/test_writes.py": (1,),
    "domain/test_plan.py": (4,),
    "domain/test_rules.py": (2,),
    "domain/test_text.py": (8,),
    "engine/settling/test_accepted_earlier.py": (1, 3),
    "engine/sending/test_any_order.py": (1, 2, 3),
    "engine/sending/test_batches.py": (1, 2),
    "engine/settling/test_crashes.py": (3,),
    "engine/journal/test_disk.py": (3,),
    "engine/sending/test_dispatcher.py": (1, 2, 4),
    "engine/settling/test_other_programs.py": (1,),
    "engine/sending/test_every_byte.py": (1,),
    "engine/sending/test_task_gates.py": (1,),
    "engine/sending/test_in_the_way.py": (1, 2),
    "engine/journal/test_journal.py": (3,),
    "engine/journal/test_files.py": (3,),
    "engine/sending/test_leaving.py": (1, 2),
    "engine/journal/test_open_ends.py": (3,),
    "engine/sending/test_policy.py": (5,),
    "engine/reading/test_poller.py": (6,),
    "engine/reading/test_refreshing.py": (6,),
    "engine/sending/test_sender.py": (1, 2),
    "engine/settling/test_settler.py": (1, 3),
    "engine/test_simulated.py": (1,),
    "engine/test_soak.py": (6,),
    "headless/test_journal.py": (3,),
    "headless/test_run.py": (4,),
    "headless/test_run_outcomes.py": (4,),
    "headless/test_settling.py": (3,),
    "pty/test_endings.py": (3, 9),
    "pty/test_faults.py": (1, 6),
    "pty/test_hostile.py": (8,),
    "pty/test_kills.py": (1, 3),
    "pty/test_operations.py": (1,),
    "pty/test_order.py": (3,),
    "pty/test_typing.py": (4,),
    "test_credentials.py": (7,),
    "cli/test_system_log.py": (3,),
    "ui/dialogs/test_confirm.py": (4,),
    "ui/dialogs/test_confirm_broken.py": (4,),
    "ui/dialogs/test_confirm_text.py": (4,),
    "ui/dialogs/test_order.py": (5,),
    "ui/dialogs/test_plan_check.py": (2,),
    "ui/stories/test_operating.py": (2,),
    "ui/stories/test_any_keys.py": (2, 4),
    "ui/stories/test_batches.py": (5,),
    "ui/table/test_painting.py": (2,),
    "ui/table/test_sizes.py": (2,),
    "ui/table/test_task_table.py": (2,),
    "ui/keys/test_type_ahead.py": (2,),
}
"""Every test of a file is a case of its promises, unless it says itself how many it tried"""
PROMISE, TRIED = "promise", "tried"
"""Keys of the properties that a report carries"""
STATISTICS = "_hypothesis_stats"
"""Where the plugin of hypothesis leaves what it did, in the report of a test's end"""
_EXAMPLES = re.compile(r"(\d+) passing, \d+ failing")
Properties = Iterable[tuple[str, object]]


def promises_of(path: PurePath) -> tuple[int, ...]:
    """The promises that a test file tries."""
    return TRIED_IN.get("/".join(path.parts[path.parts.index("tests") + 1 :]), ())


def cases_in(properties: Properties, statistics: str = "") -> Counter[int]:
    """The cases that one test tried, by promise: as it says, else its examples, else itself."""
    told, promises = Counter[int](), set[int]()
    examples = sum(map(int, _EXAMPLES.findall(statistics)))
    for key, value in properties:
        if key == TRIED and isinstance(value, list | tuple):
            told[value[0]] += value[1]
        elif key == PROMISE and isinstance(value, int):
            promises.add(value)
    return told + Counter(dict.fromkeys(promises - told.keys(), examples or 1))
