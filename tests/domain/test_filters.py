"""The filter language, and the views that are built in."""

import time
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_tui.domain import filters
from sms_tui.domain.filters import EMPTY_FILTER, Filter, FilterError, Term
from sms_tui.domain.rows import COLUMNS, Pending
from sms_tui.domain.sorting import Sort
from sms_tui.domain.task import Clone, Server, SubTask, TaskState
from sms_tui.domain.views import BUILT_IN_VIEWS, is_problem, view_order
from tests.domain.samples import NOW, error, in_doubt, make_row

parse_filter = partial(filters.parse_filter, clock=lambda: NOW)
FLEET = [
    make_row(
        TaskState.RUNNING,
        id="a1",
        name="wave3-web-01",
        stage=SubTask("MIGRATE_LINUX_FILE", 43.0),
        speed=186.4,
        remain_seconds=7500,
        os_type="LINUX",
        total=42_900_000_000,
        changed_at=NOW - 10,
    ),
    make_row(
        TaskState.SYNCING,
        id="b2",
        name="wave3-db-02",
        os_type="WINDOWS",
        kind="MIGRATE_BLOCK",
        speed=12.0,
        clone=Clone(state="FINISHED"),
        pending=Pending("launching…"),
        changed_at=NOW - 3600,
    ),
    make_row(
        TaskState.MIGRATE_FAIL,
        id="c3",
        name="wave13-app",
        error=error("SMS.3805"),
        region="eu-west-101",
        changed_at=NOW - 60,
    ),
    make_row(
        TaskState.SYNCING,
        "cutovering",
        id="d4",
        name="W4-mail",
        stage=SubTask("SYNC_LINUX_FILE", 0.0),
        speed=0.0,
    ),
    make_row(TaskState.READY, id="e5", name="old server", connected=False, target=Server()),
    make_row(
        TaskState.MIGRATE_SUCCESS,
        id="f6",
        name="done-01",
        created_ms=1_795_400_047_000,
        pending=in_doubt("deleting snapshots"),
    ),
    make_row(
        TaskState.UNKNOWN,
        id="g7",
        name="odd",
        state_text="FROBBING",
        source=Server(id="s-odd", ip="10.9.8.7"),
    ),
]
EVERYTHING = {"a1", "b2", "c3", "d4", "e5", "f6", "g7"}


def matching(text: str) -> set[str]:
    """The ids of the fleet that a filter shows."""
    return set(view_order(FLEET, parse_filter(text), Sort()))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", EVERYTHING),
        ("   ", EVERYTHING),
        ("wave3", {"a1", "b2"}),
        ("WAVE3 db", {"b2"}),
        ("!wave3", EVERYTHING - {"a1", "b2"}),
        ("!!wave3", {"a1", "b2"}),
        ('"old server"', {"e5"}),
        ('!"old server" !wave', {"d4", "f6", "g7"}),
        ("192.0.2.7 !wave", {"d4", "e5", "f6"}),
        ("10.9", {"g7"}),
        ("3805", {"c3"}),
        ("copy", {"a1"}),
        ("migrate_linux", {"a1"}),
        ("launching", {"b2", "d4"}),
        ("reconnect", {"e5"}),
        ("frobbing", {"g7"}),
        ("state:running", {"a1"}),
        ("state=syncing", {"b2", "d4"}),
        ("state=sync", set()),
        ("state:failed", {"c3"}),
        ("state=launching", {"d4"}),
        ("state:lost", {"e5"}),
        ("stage:copy", {"a1"}),
        ("stage=copy", {"a1"}),
        ("step:final", {"d4"}),
        ("wave=3", {"a1", "b2"}),
        ("wave:3", {"a1", "b2"}),
        ("wave=03", {"a1", "b2"}),
        ("wave>3", {"c3", "d4"}),
        ("wave<4", {"a1", "b2"}),
        ("wave=", {"e5", "f6", "g7"}),
        ("!wave=", {"a1", "b2", "c3", "d4"}),
        ("!wave>3", EVERYTHING - {"c3", "d4"}),
        ("speed>100", {"a1"}),
        ("speed<100", {"b2", "d4"}),
        ("speed=186", {"a1"}),
        ("speed=186.0", set()),
        ("speed:186.4mbit/s", {"a1"}),
        ("speed>0.1gbit/s", {"a1"}),
        ("progress=46%", {"a1"}),
        ("progress>99", {"f6"}),
        ("eta>2h", {"a1"}),
        ("left<126m", {"a1"}),
        ("eta<2h", set()),
        ("size>42gb", {"a1"}),
        ("size=42.9GB", {"a1"}),
        ("os:win", {"b2"}),
        ("os=windows kind=block", {"b2"}),
        ("error:3805", {"c3"}),
        ("error=sms.3805", {"c3"}),
        ("error=", EVERYTHING - {"c3"}),
        ('target=""', {"e5"}),
        ("ip=192.0.2.7", EVERYTHING - {"g7"}),
        ("source=s-odd", {"g7"}),
        ("connected=no", {"e5"}),
        ("agent:yes", EVERYTHING - {"e5"}),
        ("region:west", {"c3"}),
        ("region>a", {"c3"}),
        ("region<f", {"c3"}),
        ("region>f", set()),
        ("name>w", {"a1", "b2", "c3", "d4"}),
        ("clone:fin", {"b2"}),
        ("id=C3", {"c3"}),
        ("next:wait", {"a1", "d4"}),
        ("created:2026-11-23", {"f6"}),
        ("created:2026-11-23T02:14", {"f6"}),
        ("created>2026-11-23", {"f6"}),
        ("created>2026-11-23T02:14:07Z", set()),
        ("created>2026-11-23T04:14:06+02:00", {"f6"}),
        ("created:2026-11-22", set()),
        ("created=", EVERYTHING - {"f6"}),
        ("changed<2023-11-14T22:00Z", {"b2"}),
        ("age<2023-11-14T22:00Z", {"b2"}),
        ("changed>2023-11-14T22:00Z", EVERYTHING - {"b2"}),
        ("age<10s", EVERYTHING - {"a1", "b2", "c3"}),
        ("age<11", EVERYTHING - {"b2", "c3"}),
        ("age<5m", EVERYTHING - {"b2"}),
        ("age>0.5h", {"b2"}),
        ("age=1m", {"c3"}),
        ("age=0m", EVERYTHING - {"b2", "c3"}),
        ("!age>59S", EVERYTHING - {"b2", "c3"}),
        ("age:2023-11-14", EVERYTHING),
        ("age=", set()),
        ("/^wave\\d-/", {"a1", "b2"}),
        ("/01$/", {"a1", "c3", "f6"}),
        ("/WAVE3-W/", {"a1"}),
        ("!/^wave/ !frob", {"d4", "e5", "f6"}),
        ("/old server/", {"e5"}),
        (r"/eu\/west|db/", {"b2"}),
        ("name:!x", set()),
        ("name:/", set()),
        ("wave3 !linux", {"b2"}),
        ("wave3 !linux state:running", set()),
    ],
)
def test_what_a_filter_shows(text: str, ids: set[str]) -> None:
    assert matching(text) == ids


@pytest.mark.parametrize(
    ("text", "position", "why"),
    [
        ("stat:x", 0, "did you mean state"),
        ("web stat:x", 4, "did you mean state"),
        ("qqqq=1", 0, "columns are name, state"),
        ("name:", 5, "missing"),
        ("web name>", 9, "missing"),
        ("!", 1, "missing"),
        ('""', 2, "missing"),
        ("//", 2, "missing"),
        ('web "db', 4, "closing quote"),
        ('name:"db', 5, "closing quote"),
        ('web"db"', 3, "space"),
        ('"web"db', 5, "space"),
        ("/web", 4, "closing /"),
        ("/a/b", 4, "closing /"),
        ("web /a(/", 6, "not a regular expression"),
        ("/a{99999999999}/", 1, "regular expression"),
        ("/(?u)(?a)x/", 1, "not a regular expression: "),
        ("web /(a+)+b/", 5, "search for ever"),
        pytest.param(f"/{'(' * 5000}{')' * 5000}/", 1, "of this size", id="deep"),
        ("speed>fast", 6, "speed is a number"),
        ("speed>", 6, "missing"),
        ("speed>10gb", 6, "mbit/s"),
        ("!size>2h", 6, "tb"),
        ("wave=x", 5, "wave is a number; 'x' is not"),
        ("state==READY", 6, "one = is enough"),
        ("web wave!=3", 8, "! stands before the term: !wave=3"),
        ("speed>١", 6, "number"),
        ("created>yesterday", 8, "2026-11-23T02:14Z"),
        ("changed>1h", 8, "changed is compared with a time such as 2026-11-23"),
        ("age>1w", 4, "age is a number, with nothing or s, m, h, d after it; '1w' is not"),
    ],
)
def test_a_filter_that_cannot_be_understood(text: str, position: int, why: str) -> None:
    with pytest.raises(FilterError, match=r".*") as caught:
        parse_filter(text)
    assert why in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("  web   db ", "web db"),
        ("!!web", "web"),
        ("!!!web", "!web"),
        ("ip:10 SUBTASK=copy", "source:10 stage=copy"),
        ('"web"', "web"),
        ('"old server"', '"old server"'),
        ('"!web" "/x" "a:b"', '"!web" "/x" "a:b"'),
        ('"wave!=3"', '"wave!=3"'),
        ('state="=x"', 'state="=x"'),
        ('name:"a b" name:!x name:/y', 'name:"a b" name:!x name:/y'),
        ('error=""', 'error=""'),
        ("error= web", 'error="" web'),
        ("/a b/ !/c/", "/a b/ !/c/"),
        (r"/a\/b/", r"/a\/b/"),
        ("10:20", "10:20"),
        ("Speed>1.50GBIT/S", "speed>1.50GBIT/S"),
        ("Age>5M Changed>2026-11-23", "age>5M changed>2026-11-23"),
        ("age>2026-11-23 age:02:14", "changed>2026-11-23 changed:02:14"),
    ],
)
def test_a_filter_prints_itself(text: str, printed: str) -> None:
    assert parse_filter(text).text == printed


VALUES = st.text(st.characters(exclude_characters='"'), max_size=8)
TERMS = st.one_of(
    st.builds(Term, VALUES.filter(bool), negated=st.booleans()),
    st.builds(
        Term,
        VALUES.filter(bool),
        st.sampled_from([name for name, column in COLUMNS.items() if column.kind == "text"]),
        st.sampled_from(":=<>"),
        st.booleans(),
    ),
    st.builds(
        Term, st.sampled_from(["1", "2.50", "0"]), st.just("speed"), st.sampled_from(":=<>"), st.booleans()
    ),
    st.builds(Term, st.just(""), st.sampled_from(list(COLUMNS)), st.just("="), st.booleans()),
    st.builds(Term, st.sampled_from(["a b", "^x", r"\/", r"[\/]"]), st.just(""), st.just("/")),
)


def test_one_of_several_texts_is_the_whole_name_address_or_id_and_nothing_in_it_is_a_sign() -> None:
    names = ["web-1", "web-12", "a.b", "axb", "x/(y)|*+?[z]{2}^$\\", "db 1"]
    rows = {name: make_row(TaskState.READY, id=f"id-{name}", name=name) for name in names}
    for pasted in ([names[0], names[4]], [" WEB-1 ", "web-1", "none"], ["id-db 1", "a.b"], ["web-1|web-12"]):
        wanted = parse_filter(filters.any_of(pasted))
        assert parse_filter(wanted.text) == wanted
        asked = {each.strip().lower() for each in pasted}
        shown = {name for name, row in rows.items() if wanted.matches(row)}
        assert shown == {name for name in names if asked & {name, f"id-{name}"}}
        found = {each for name in shown for each in (name, f"id-{name}")}
        left_out = dict.fromkeys(each.strip() for each in pasted if each.strip().lower() not in found)
        assert filters.unmatched(pasted, rows.values()) == list(left_out)


def test_a_regular_expression_reads_of_a_text_without_end_what_can_be_shown() -> None:
    wanted = parse_filter("/q.*z/")
    assert wanted.matches(make_row(name="q" * 200 + "z"))
    assert not wanted.matches(make_row(name="q" * 65_536 + "z"))


@settings(max_examples=400, deadline=None)
@given(st.lists(TERMS, max_size=5))
@example([Term("\x1f"), Term("a=b"), Term("!"), Term("\u3000", "name", ":")])
def test_reading_a_printed_filter_gives_an_equal_one(terms: list[Term]) -> None:
    printed = Filter(tuple(terms)).text
    read = parse_filter(printed)
    assert read.terms == tuple(terms)
    assert read.text == printed
    assert len(read.tests) == len(terms)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from('ab!:=<>/"\\ ([{*+.1speedname'), max_size=20))
def test_any_text_is_a_filter_or_an_error_with_a_place_in_it(text: str) -> None:
    try:
        read = parse_filter(text)
    except FilterError as problem:
        position = problem.position
    else:
        position = 0
        assert parse_filter(read.text) == read
        assert set(view_order(FLEET, parse_filter(read.text), Sort())) == matching(text)
    assert 0 <= position <= len(text)


def test_a_time_without_a_zone_is_that_of_utc_wherever_the_machine_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert matching("created<2026-11-23T02:14:08") == {"f6"}
        assert matching("created>2026-11-23T02:14:06") == {"f6"}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_problems_are_what_somebody_has_to_look_at() -> None:
    assert {row.task.id for row in FLEET if is_problem(row)} == {"c3", "e5", "f6", "g7"}


@pytest.mark.parametrize(
    ("key", "name", "ids"),
    [
        ("0", "all", EVERYTHING),
        ("1", "waiting for me", {"b2", "c3", "e5", "g7"}),
        ("2", "running", {"a1", "d4"}),
        ("3", "failed", {"c3"}),
        ("4", "finished", {"f6"}),
        ("5", "unknown outcome", {"f6"}),
        ("9", "left-overs", {"c3", "f6"}),
    ],
)
def test_each_built_in_view_shows_what_it_is_for(key: str, name: str, ids: set[str]) -> None:
    view = BUILT_IN_VIEWS[key]
    assert view.name == name
    assert {row.task.id for row in FLEET if view.shows(row)} == ids
    assert view.sort.column in COLUMNS
    assert len(BUILT_IN_VIEWS) == 7


def test_a_filter_is_equal_by_its_terms() -> None:
    assert parse_filter("web !ip:1") == parse_filter(' "web"   !source:1')
    assert parse_filter("web") != parse_filter("db")
    assert parse_filter(" ") == EMPTY_FILTER


def test_an_age_is_that_of_the_moment_at_which_it_is_looked_at() -> None:
    now = NOW
    wanted = filters.parse_filter("age<5m", lambda: now)
    row = make_row(changed_at=NOW)
    seen = [wanted.matches(row)]
    now += 301
    seen.append(wanted.matches(row))
    # The clock was set back.
    now = NOW - 999
    seen.append(wanted.matches(row))
    assert seen == [True, False, True]


@pytest.mark.parametrize(
    ("text", "ages"), [("web age<5m", True), ("!age:2h", True), ("changed>2026-11-23 eta<2m age=", False)]
)
def test_a_filter_knows_whether_time_alone_changes_what_it_shows(text: str, ages: bool) -> None:
    assert parse_filter(text).ages is ages
