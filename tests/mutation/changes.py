"""The changes that are tried on a module: operators of cosmic-ray, and the loss of one statement."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import parso
from cosmic_ray import mutating, plugins
from cosmic_ray.ast import ast_nodes
from cosmic_ray.operators.operator import Operator
from parso.python.tree import ExprStmt, PythonNode

COMPARISONS = (
    "Eq_NotEq",
    "NotEq_Eq",
    "Lt_LtE",
    "LtE_Lt",
    "Gt_GtE",
    "GtE_Gt",
    "Lt_GtE",
    "Gt_LtE",
    "Is_IsNot",
    "IsNot_Is",
)
OPERATORS = (
    "core/AddNot",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/ZeroIterationForLoop",
    "core/ExceptionReplacer",
    "core/NumberReplacer",
    "core/ReplaceBinaryOperator_Add_Sub",
    "core/ReplaceBinaryOperator_Sub_Add",
    "core/ReplaceBinaryOperator_Mul_Div",
    *(f"core/ReplaceComparisonOperator_{name}" for name in COMPARISONS),
)
_STAR_OF_A_SIGNATURE = re.compile(r"(^|[(,])\s*\*,")
"""Is no multiplication, though an operator takes it for one"""
_CALLS = frozenset({"atom_expr", "power"})


class Forget(Operator):  # type: ignore[misc]
    """Leaves out a call made for its effect, or an assignment to an attribute or an item."""

    def mutation_positions(self, node: object) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Where there is such a statement."""
        if _is_effect(node):
            yield node.start_pos, node.end_pos  # type: ignore[attr-defined]

    def mutate(self, node: object, index: int) -> object:
        """Put `pass` in its place."""
        first = node.get_first_leaf()  # type: ignore[attr-defined]
        return parso.python.tree.Keyword("pass", first.start_pos, first.prefix)

    @classmethod
    def examples(cls) -> tuple[object, ...]:
        """None: the module that uses it is the example."""
        return ()


def _is_effect(node: object) -> bool:
    parent = getattr(node, "parent", None)
    if getattr(parent, "type", "") != "simple_stmt":
        return False
    if isinstance(node, ExprStmt):
        target = node.children[0]
        return isinstance(target, PythonNode) and target.type in _CALLS
    return isinstance(node, PythonNode) and node.type in {*_CALLS, "await_expr"}


@dataclass(frozen=True)
class Change:
    """One change of one module."""

    operator: str
    occurrence: int
    line: int
    before: str
    after: str
    code: str

    @property
    def key(self) -> str:
        """What names it for as long as the module stays as it is."""
        return sha256(self.code.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        name = self.operator.removeprefix("core/")
        return f"{self.line}: {name}: {self.before.strip()}  ->  {self.after.strip()}"


def changes(code: str) -> Iterator[Change]:
    """Every change of `code`, once each."""
    seen = {code}
    for name in ("forget", *OPERATORS):
        operator = Forget() if name == "forget" else plugins.get_operator(name)()
        tree = parso.parse(code)
        count = sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(tree))
        for occurrence in range(count):
            changed = mutating.mutate_code(code, operator, occurrence)
            if changed is None or changed in seen:
                continue
            seen.add(changed)
            pairs = zip(code.splitlines(), changed.splitlines(), strict=False)
            differing = ((line, *pair) for line, pair in enumerate(pairs, 1) if pair[0] != pair[1])
            line, before, after = next(differing, (0, "", ""))
            if not _STAR_OF_A_SIGNATURE.search(before) or before.replace("*,", "/,", 1) != after:
                yield Change(name, occurrence, line, before, after, changed)
