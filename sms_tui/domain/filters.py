"""The filter language: what an operator types to see some of the tasks, read into tests of their rows."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import chain

from msgspec import Struct

from sms_tui.domain.natural_order import natural_key
from sms_tui.domain.patterns import can_take_for_ever
from sms_tui.domain.quantities import moment
from sms_tui.domain.rows import ALIASES, COLUMNS, Column, Kind, Row, Search, Value
from sms_tui.domain.sentence import Sentence, sentence
from sms_tui.domain.sorting import Test, is_missing
from sms_tui.domain.text import CELL_LIMIT


class FilterError(ValueError):
    """A filter that cannot be understood; `position` is the column at which it goes wrong, from 0."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(problem)
        self.position = position


class Term(Struct, frozen=True):
    """One condition of a filter, printed in the form in which it is typed."""

    value: str
    column: str = ""
    """Empty: any column with texts."""
    sign: str = ""
    """`:` contains, `=` is, `<`, `>`, `/` regular expression; empty for a bare word"""
    negated: bool = False

    def __str__(self) -> str:
        value = f"/{self.value}/" if self.sign == "/" else f"{self.column}{self.sign}{self._quoted}"
        return f"!{value}" if self.negated else value

    @property
    def _quoted(self) -> str:
        special = self.value.startswith("=") if self.column else _SPECIAL.match(self.value)
        return f'"{self.value}"' if special or not self.value or _SPACE.search(self.value) else self.value


@dataclass(frozen=True, slots=True)
class Filter:
    """Terms that must all hold."""

    terms: tuple[Term, ...] = ()
    tests: tuple[Test, ...] = field(default=(), compare=False, repr=False)
    """One for each term."""

    @property
    def text(self) -> str:
        """The filter as typed, aliases and quotes put in order; reading it again gives an equal one."""
        return " ".join(map(str, self.terms))

    def narrows(self, other: "Filter") -> bool:
        """Whether every row that passes this one is certain to pass `other`: more of a word was typed."""
        return len(self.terms) >= len(other.terms) and all(
            not (old.negated or new.negated or old.sign or new.sign)
            and Search.is_implied(old.value.casefold(), new.value.casefold())
            for old, new in zip(other.terms, self.terms, strict=False)
        )

    @property
    def ages(self) -> bool:
        """Whether rows may begin or cease to pass merely because time passes."""
        return any(term.column == _AGE and term.value for term in self.terms)

    def matches(self, row: Row) -> bool:
        """Whether `row` passes every term."""
        return all(test(row) for test in self.tests)


EMPTY_FILTER = Filter()
_TERM = re.compile(
    r"""(?P<not>!*)
        (?:/(?P<regex>(?:\\.|[^/\\])*)/(?=\s|\Z)
          |(?:(?P<column>[A-Za-z_]+)(?P<sign>[:=<>]))?
           (?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]*)))""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s")
_SPECIAL = re.compile(r"[!/]|[A-Za-z_]+!?[:=<>]")
_REGEX_SIGN, _ESCAPED = re.compile(r"[][.^$*+?{}()|\\/]"), r"\\\g<0>"
_AGE, _CHANGED = "age", "changed"
_SPAN = re.compile(r"[0-9.]+\s*[smhd]", re.IGNORECASE)
_LONG = 2048
"""Letters of all texts of a row, beyond which one of them is longer than it can be shown"""
_NUMBER = re.compile(r"\s*(-?[0-9]{1,30})(?:\.([0-9]{1,30}))?\s*([a-z%/]*)\s*", re.IGNORECASE)


def parse_filter(text: str, clock: Callable[[], float]) -> Filter:
    """Read words, `col:value`, `col=value`, `col>value`, `col<value`, `/regex/`, each negated by `!`.

    `clock` tells the epoch seconds at which ages are looked at. Raises `FilterError`.
    """
    terms: list[Term] = []
    tests: list[Test] = []
    for match in _matches(text):
        term = _term(match)
        test = _test(term, match, clock)
        terms.append(term)
        tests.append(_negated(test) if term.negated else test)
    return Filter(tuple(terms), tuple(tests))


def any_of(texts: Iterable[str]) -> str:
    """The filter for rows of which one of `texts` is a whole name, address or id, as it would be typed.

    Not a part of one: among the rows of `web-1` nobody looks for `web-12`.
    """
    wanted = dict.fromkeys(text.strip() for text in texts)
    return f"/^({'|'.join(_REGEX_SIGN.sub(_ESCAPED, text) for text in wanted)})$/"


def unmatched(texts: Iterable[str], rows: Iterable[Row]) -> list[str]:
    """Those of `texts` that are in no row a whole name, address or id, as they were written."""
    left = {text.strip().casefold(): text.strip() for text in texts}
    for row in rows:
        if not left:
            break
        for line in chain(*(each.split("\n") for each in (row.words, row.common, row.codes))):
            left.pop(line, None)
    return list(left.values())


def _matches(text: str) -> Iterator[re.Match[str]]:
    """One match for each term; raises `FilterError` where one is not followed by a space or the end."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TERM.match(text, at)
        end = match.end() if match else at
        if match is None or end == at or (end < len(text) and not text[end].isspace()):
            raise _stray(text, end)
        yield match
        at = end


def _stray(text: str, at: int) -> FilterError:
    if text[at] == '"' and '"' not in text[at + 1 :]:
        return FilterError(sentence("a closing quote is missing"), at)
    return FilterError(sentence("a space is missing before {text}", text=text[at]), at)


def _term(match: re.Match[str]) -> Term:
    negated = len(match["not"]) % 2 == 1
    if match["regex"] is not None:
        return Term(match["regex"], sign="/", negated=negated)
    value = match["word"] if match["quoted"] is None else match["quoted"]
    if match["column"] is not None:
        if match["sign"] == "=" and match["quoted"] is None and value.startswith("="):
            raise FilterError(sentence("one = is enough"), match.start("word"))
        return Term(value, _column_name(match, value), match["sign"], negated)
    if match["quoted"] is None and value.startswith("/"):
        problem = sentence("a closing / is missing; a text that begins with / belongs in quotes")
        raise FilterError(problem, match.end())
    column, sign, rest = value.partition("!=")
    if sign and match["quoted"] is None and ALIASES.get(column, column) in COLUMNS:
        # As a word it would be looked for, and never found.
        problem = sentence("! stands before the term: {term}", term=f"!{column}={rest}")
        raise FilterError(problem, match.start("word") + len(column))
    return Term(value, negated=negated)


def _column(match: re.Match[str]) -> Column:
    name = match["column"].casefold()
    column = COLUMNS.get(ALIASES.get(name, name))
    if column is None:
        near = get_close_matches(name, [*COLUMNS, *ALIASES], 3)
        problem = sentence("there is no column '{name}'; {hint}", name=name, hint=_hint(near))
        raise FilterError(problem, match.start("column"))
    return column


def _column_name(match: re.Match[str], value: str) -> str:
    """The name under which a condition is printed: `age` is compared with a span, `changed` with a moment."""
    column, sign = _column(match), match["sign"]
    if column.name != _AGE:
        return column.name
    if match["column"].casefold() == _CHANGED:
        return _CHANGED
    # Moments were typed after `age` before spans could be, and so they may stand in someone's configuration.
    is_moment = _edge(value) is not None if sign in "<>" else bool(value) and not _SPAN.fullmatch(value)
    return _CHANGED if is_moment else _AGE


def _hint(near: list[str]) -> Sentence:
    if near:
        return sentence("did you mean {names}?", names=", ".join(near))
    return sentence("columns are {names}", names=", ".join(COLUMNS))


def _test(term: Term, match: re.Match[str], clock: Callable[[], float]) -> Test:
    if not term.value and term.sign != "=":
        raise FilterError(sentence("a text to look for is missing"), match.end())
    if term.sign == "/":
        return _regex_test(term.value, match.start("regex"))
    if not term.column:
        return Search(term.value.casefold())
    column = COLUMNS[ALIASES.get(term.column, term.column)]
    if not term.value:
        return lambda row: is_missing(column.value(row))
    if term.column == _AGE:
        age = replace(column, value=lambda row: max(clock() - row.changed_at, 0.0))
        return _number_test(age, term, match.end("sign"))
    make = {Kind.TEXT: _text_test, Kind.NUMBER: _number_test, Kind.TIME: _time_test}[column.kind]
    return make(column, term, match.end("sign"))


def _negated(test: Test) -> Test:
    return lambda row: not test(row)


def _regex_test(pattern: str, at: int) -> Test:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search = re.compile(pattern, re.IGNORECASE | re.MULTILINE).search
    except re.error as error:
        problem = sentence("not a regular expression: {reason}", reason=error.msg)
        raise FilterError(problem, at + (error.pos or 0)) from None
    except ValueError as error:
        # Flags that exclude each other are none of its own errors.
        raise FilterError(sentence("not a regular expression: {reason}", reason=str(error)), at) from None
    except (OverflowError, RecursionError):
        raise FilterError(sentence("a regular expression of this size is not possible"), at) from None
    if can_take_for_ever(pattern):
        problem = sentence("this could search for ever: what is repeated varies in itself, as in (a+)+")
        raise FilterError(problem, at)
    return lambda row: search(_readable(f"{row.words}\n{row.common}{row.codes}")) is not None


def _readable(text: str) -> str:
    """`text` with lines that end: in one without end the simplest `a.*b` would take minutes."""
    return text if len(text) <= _LONG else "\n".join(line[:CELL_LIMIT] for line in text.split("\n"))


def _text_test(column: Column, term: Term, _at: int) -> Test:
    value, also, wanted = column.value, column.also, term.value.casefold()
    if term.sign in {"<", ">"}:
        return _order_test(value, term)
    if term.sign == "=":
        return lambda row: wanted in {text.casefold() for text in (str(value(row)), *also(row))}
    return lambda row: (
        wanted in str(value(row)).casefold() or any(wanted in text.casefold() for text in also(row))
    )


def _order_test(value: Callable[[Row], Value], term: Term) -> Test:
    """Texts compare as they sort."""
    limit = natural_key(term.value)
    if term.sign == ">":
        return lambda row: natural_key(str(value(row))) > limit
    return lambda row: "" < natural_key(str(value(row))) < limit


def _no_number(column: Column, value: str) -> Sentence:
    problem = sentence("{column} is a number; '{value}' is not", column=column.name, value=value)
    units = [unit for unit in column.units if unit]
    if not units:
        return problem
    return sentence(
        "{column} is a number, with nothing or {units} after it; '{value}' is not",
        units=", ".join(units),
        **problem.fields,
    )


def _number_test(column: Column, term: Term, at: int) -> Test:
    number = _NUMBER.fullmatch(term.value)
    scale = column.units.get(number[3].casefold()) if number else None
    if number is None or scale is None:
        raise FilterError(_no_number(column, term.value), at)
    places = len(number[2] or "")
    wanted = float(f"{number[1]}.{number[2] or 0}")
    if term.sign == ">":
        return _of_number(column, lambda there: there > wanted * scale)
    if term.sign == "<":
        return _of_number(column, lambda there: there < wanted * scale)
    if column.newest_first:
        # An age is shown cut, not rounded.
        least, beyond = wanted * scale, (wanted + 10**-places) * scale
        return _of_number(column, lambda there: least <= there < beyond)
    # A value is the number typed if it reads the same at the typed number's decimals.
    return _of_number(column, lambda there: round(there / scale, places) == wanted)


def _time_test(column: Column, term: Term, at: int) -> Test:
    if term.sign in ":=":
        wanted = term.value.upper().replace("T", " ")
        return _of_number(column, lambda there: wanted in moment(there))
    limit = _edge(term.value)
    if limit is None:
        problem = sentence(
            "{column} is compared with a time such as 2026-11-23 or 2026-11-23T02:14Z, not '{value}'",
            column=term.column,
            value=term.value,
        )
        raise FilterError(problem, at)
    if term.sign == ">":
        return _of_number(column, lambda there: there > limit)
    return _of_number(column, lambda there: there < limit)


def _edge(text: str) -> float | None:
    """The epoch seconds of a day or a time as it is typed."""
    try:
        edge = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (edge if edge.tzinfo else edge.replace(tzinfo=UTC)).timestamp()


def _of_number(column: Column, holds: Callable[[float], bool]) -> Test:
    """Whether `holds` of what a row has in the column; of nothing it never does."""

    def test(row: Row) -> bool:
        there = _number(column.value(row))
        return there is not None and holds(there)

    return test


def _number(value: Value) -> float | None:
    return None if isinstance(value, str) or is_missing(value) else value
