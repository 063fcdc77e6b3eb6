"""What stands in for the compiled decoder where nothing compiled can be carried along: it reads the same."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sms_tui
from sms_tui.api.answers import shapes
from sms_tui.packing import stand_in

ROOT = Path(__file__).parents[2]
KINDS = (shapes.Whole, shapes.Number, bool)
NUMBERS_AS_TEXT = st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(str)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False, allow_infinity=False)
    | NUMBERS_AS_TEXT
    | st.sampled_from(["true", "false", "True", "FALSE", "yes", "", " 1", "1 ", "+1", "0", "1", "null", "-"])
)


def outcome(convert: Any, value: object, wanted: Any) -> object:
    """What `convert` makes of it, with its type; None where it refuses."""
    try:
        made = convert(value, wanted, strict=False)
    except (msgspec.ValidationError, stand_in.ValidationError, OverflowError):
        return None
    return type(made), made


@given(SCALARS, st.sampled_from(KINDS))
def test_a_number_or_truth_value_is_read_the_same(value: object, wanted: Any) -> None:
    theirs = wanted
    if wanted is not bool:
        plain, meta = wanted.__origin__, wanted.__metadata__[0]
        theirs = stand_in.Annotated[plain, stand_in.Meta(meta.ge, meta.le)]
    assert outcome(stand_in.convert, value, theirs) == outcome(msgspec.convert, value, wanted)


def test_the_tests_of_what_reads_and_signs_in_hold_with_it(tmp_path: Path) -> None:
    shutil.copyfile(stand_in.__file__, tmp_path / "msgspec.py")
    tests = (
        "tests/api/answers/test_codec.py",
        "tests/api/auth/test_sign_in.py",
        "tests/simulator/serving/test_auth.py",
    )
    chosen = [*tests, "-p", "no:cacheprovider", "-p", "no:randomly", "-k", "not quick_and_the_slow"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--hypothesis-profile", "few", *chosen],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_it_has_every_name_that_the_program_uses() -> None:
    used = set()
    house = Path(sms_tui.__file__).parent
    for path in house.rglob("*.py"):
        used |= set(
            re.findall(r"\bmsgspec\.((?:json\.|structs\.|msgpack\.)?\w+)", path.read_text(encoding="utf-8"))
        )
    assert {"Struct", "json.decode", "structs.fields"} <= used
    missing = []
    for name in used:
        part: object = stand_in
        for word in name.split("."):
            part = getattr(part, word, None)
        if part is None:
            missing.append(name)
    assert missing == []


def test_sign_in_is_read_into_its_shape() -> None:
    class Named(stand_in.Struct):
        name: str
        id: str = ""

    class Asked(stand_in.Struct):
        methods: list[str]
        scope: Named | None = None

    asked = stand_in.json.decode(b'{"methods": ["password"], "scope": {"name": "x"}}', type=Asked)
    assert (asked.methods, asked.scope) == (["password"], Named("x"))
    for body in (b"[]", b"{}", b'{"methods": [1]}', b'{"methods": [], "scope": {}}', b"x"):
        with pytest.raises(stand_in.DecodeError):
            stand_in.json.decode(body, type=Asked)
