"""What comes next is known at all times, however moments were set, set again and dropped."""

from hypothesis import given
from hypothesis import strategies as st

from sms_tui.simulator.migration.agenda import NEVER, Agenda

NAMES = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("set"), NAMES, st.integers(0, 4)),
    st.tuples(st.just("drop"), NAMES, NAMES),
    st.just(("fire",)),
)


@given(st.lists(STEPS, max_size=20))
def test_the_next_moment_is_the_least_of_those_set(steps: list[tuple[str, ...]]) -> None:
    agenda, expected, done = Agenda(), dict[str, int](), list[int]()
    for step in steps:
        match step:
            case ("set", name, moment):
                agenda.set(name, int(moment), done.append)
                expected[name] = int(moment)
            case ("drop", *names):
                agenda.drop(*names)
                for name in names:
                    expected.pop(name, None)
            case _ if expected:
                first = min(expected, key=lambda name: (expected[name], name))
                agenda.fire()
                assert done[-1] == expected.pop(first)
        assert agenda.next_ms == min(expected.values(), default=NEVER)
