"""The tree in the docstring is the tree of classes; exit codes are one cause each."""

from __future__ import annotations

import re
import string

import pytest

from parkgis import errors
from parkgis.errors import InputRefused, ParkgisError, Reason, RowsRefused, tree
from parkgis.model import Finding, Severity

LINE = re.compile(r"^([│├└─ ]*)(\w+)(?: \.+ (\d+))?", re.MULTILINE)
TREE = tree()
LEAVES = [cls for cls in TREE if cls is not ParkgisError]


def drawn() -> list[tuple[int, str, int]]:
    """Read depth, name and exit code of every line of the tree in the docstring."""
    block = re.search(r"::\n\n((?:    .*\n)+)", errors.__doc__ or "")
    assert block
    found = []
    for row in block[1].splitlines():
        match = LINE.match(row[4:])
        assert match
        found.append((len(match[1]) // 4, match[2], int(match[3] or 1)))
    return found


def test_the_docstring_draws_the_classes() -> None:
    def depth(cls: type[ParkgisError]) -> int:
        return cls.__mro__.index(ParkgisError)

    assert drawn() == [(depth(cls), cls.__name__, cls.exit_code) for cls in TREE]


def test_exit_codes_are_unique_and_a_decade_a_cause() -> None:
    codes = [cls.exit_code for cls in LEAVES]
    assert len(set(codes)) == len(codes)
    for cls in LEAVES:
        parent = cls.__mro__[1]
        assert parent is ParkgisError or (issubclass(parent, ParkgisError) and cls.exit_code // 10 == parent.exit_code // 10)
    assert not {0, 1} & set(codes), "0 is fine, 1 is findings"


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
def test_every_error_builds_its_sentence_from_facts(cls: type[ParkgisError]) -> None:
    facts = {name: "FACT" for _, name, _, _ in string.Formatter().parse(cls.sentence) if name}
    facts.pop("count", None) if issubclass(cls, InputRefused | RowsRefused) else None
    error = cls(**facts)
    assert "FACT" in str(error) and "{" not in str(error)
    assert error.code == cls.__name__


def test_refused_rows_carry_their_findings() -> None:
    findings = [Finding("row_day", Severity.ERROR, where="minutes.csv:3")]
    for error in (RowsRefused(findings, path="minutes.csv"), InputRefused(findings, path="minutes.csv")):
        assert error.findings == tuple(findings) and error.facts["count"] == 1


def test_a_reason_is_part_of_a_sentence() -> None:
    error = errors.InputError(path="a.csv", why=Reason("csv_date", "line {line}: no date", line=3))
    assert str(error) == "a.csv: line 3: no date"
