"""Which modules are changed, by which tests they are judged, and which survivors do no harm."""


def _engine(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/engine/{folder}/test_{name}.py" for name in names)


CRASHES = _engine("settling", "crashes")
SENDING = (
    *_engine("sending", "sender", "leaving", "batches", "in_the_way", "dispatcher", "task_gates", "policy"),
    *_engine("settling", "doubts", "other_programs"),
    *CRASHES,
)
JOURNAL = (
    *_engine("journal", "journal", "files", "open_ends"),
    *CRASHES,
    "tests/headless/test_journal.py",
)
SETTLING = (
    *_engine("settling", "settler", "accepted_earlier", "doubts", "evidence"),
    *CRASHES,
    "tests/headless/test_settling.py",
)
WRITES = tuple(
    f"tests/api/{name}.py"
    for name in (
        "calls/test_writes",
        "answers/test_replies",
        "auth/test_sign_in",
        "auth/test_given_credentials",
    )
)
TEXT = ("tests/domain/test_text.py",)
SECRET = ("tests/domain/test_secret.py",)
TARGETS: dict[str, tuple[str, ...]] = {
    "domain/rules.py": ("tests/domain/test_rules.py",),
    "domain/filters.py": ("tests/domain/test_filters.py",),
    "domain/views.py": ("tests/domain/test_filters.py",),
    "domain/outcome.py": ("tests/domain/test_outcome.py", *SENDING),
    "domain/secret.py": SECRET,
    "domain/text.py": TEXT,
    "api/auth/signing.py": ("tests/api/auth/test_signing.py",),
    "api/answers/replies.py": ("tests/api/answers/test_replies.py", "tests/api/calls/test_writes.py"),
    "api/calls/outcomes.py": WRITES,
    "api/calls/writer.py": WRITES,
    "engine/sending/sender.py": SENDING,
    "engine/sending/gate.py": SENDING,
    "engine/sending/task_gates.py": (*_engine("sending", "task_gates"), *SENDING),
    "engine/sending/dispatcher.py": (*_engine("sending", "dispatcher"), *SENDING),
    "engine/sending/batch_run.py": (*_engine("sending", "policy"), *SENDING),
    "engine/settling/other_programs.py": _engine("settling", "other_programs"),
    "engine/settling/evidence.py": (*_engine("settling", "evidence"), *SETTLING),
    "engine/settling/recovery.py": (*SETTLING, *_engine("journal", "journal")),
    "engine/settling/settler.py": SETTLING,
    "engine/journal/bookkeeper.py": (
        *SENDING,
        *_engine("settling", "settler"),
        *_engine("journal", "journal"),
    ),
    "engine/journal/journal.py": JOURNAL,
    "engine/journal/open_ends.py": (
        *_engine("journal", "open_ends"),
        *_engine("settling", "other_programs"),
        *SETTLING,
    ),
    "engine/journal/reader.py": JOURNAL,
}
EQUIVALENT: dict[str, str] = {
    "domain/rules.py: task.source.state == SourceState.CLEAR_FAILED, -> "
    "task.source.state != SourceState.CLEAR_FAILED,": "standings differ by it all the same",
    **{
        f"domain/rules.py: _FEW = 1024 -> _FEW = {count}": "a number near it does as well"
        for count in (1023, 1025)
    },
    **{
        f"engine/sending/sender.py: _FRESH = 10.0 -> _FRESH = {seconds}": "a limit near it does as well"
        for seconds in (9.0, 11.0)
    },
    "engine/sending/sender.py: if isinstance(answer, Trouble) or "
    "self._shared.clock.now() - answer.read_at <= _FRESH: -> if isinstance(answer, Trouble) or "
    "self._shared.clock.now() - answer.read_at < _FRESH:": "a limit near it does as well",
    "engine/sending/task_gates.py: self._in_doubt.pop(task_id, None) -> pass": "an empty set says the same",
    **{
        f"engine/sending/task_gates.py: stem = hashlib.sha256(text).hexdigest()[:32] -> "
        f"stem = hashlib.sha256(text).hexdigest()[: {length}]": "a name of any length will do"
        for length in (31, 33)
    },
    "engine/sending/task_gates.py: self._in_doubt.clear() -> pass": "nobody asks after close",
    "engine/sending/task_gates.py: self._in_flight.clear() -> pass": "nobody asks after close",
    **{
        f"domain/text.py: {line} -> {change}": "a limit near it does as well, and tests take it from here"
        for line, changes in {
            "CELL_LIMIT = 256": ("CELL_LIMIT = 257", "CELL_LIMIT = 255"),
            "DETAIL_LIMIT = 4096": ("DETAIL_LIMIT = 4097", "DETAIL_LIMIT = 4095"),
            "@lru_cache(maxsize=4096)": ("@lru_cache(maxsize= 4097)", "@lru_cache(maxsize= 4095)"),
        }.items()
        for change in changes
    },
    "domain/text.py: if 0x80 <= code < 0xA0: -> if 127 <= code < 0xA0:": "127 was answered before",
}
"""`module: before -> after` of one line to why a change there changes nothing that counts"""
