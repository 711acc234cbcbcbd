"""Every refusal of parkgis, in one tree; the number is the exit code of the command line.

::

    ParkgisError
    ├── UsageError ................ 2   the command was called with words that do not fit
    ├── InputError ............... 10   a file that came in
    │   ├── FileMissing .......... 11
    │   ├── FileUnreadable ....... 12
    │   ├── FileEmpty ............ 13
    │   ├── EncodingUnknown ...... 14
    │   ├── FieldMissing ......... 15
    │   └── InputRefused ......... 16   findings at severity "error"; nothing was taken in
    ├── CrsError ................. 20
    │   ├── CrsMissing ........... 21
    │   ├── CrsSuspect ........... 22   the coordinates contradict the declared CRS
    │   └── CrsMixed ............. 23
    ├── LedgerError .............. 30
    │   ├── LedgerTampered ....... 31
    │   ├── LedgerStale .......... 32   somebody else wrote since we looked
    │   ├── LedgerBusy ........... 33
    │   └── EventConflict ........ 34   same id, other content
    ├── RecordError .............. 40
    │   ├── ProjectUnknown ....... 41
    │   ├── StageUnknown ......... 42
    │   ├── EventUnknown ......... 43
    │   └── RowsRefused .......... 44   rows of minutes that cannot be recorded; none was
    ├── WorkspaceError ........... 50
    │   ├── WorkspaceMissing ..... 51
    │   ├── WorkspaceInvalid ..... 52
    │   ├── WorkspaceExists ...... 53
    │   ├── MapInvalid ........... 54   a map definition that cannot be followed
    │   └── TemplateInvalid ...... 55   a document template that cannot be filled
    ├── WorldError ............... 60   the machine said no
    │   ├── OutputFailed ......... 61   disk full, file open elsewhere, read-only folder
    │   ├── ExtraMissing ......... 62   an optional part is not installed
    │   ├── FontUnfit ............ 63   a font that is not there, or lacks letters
    │   └── ServiceFailed ........ 64   a service on the network gave no usable answer
    ├── MixError ................. 70   a programmer mixed two bases, clocks or CRSs
    └── PrivacyError ............. 80   personal data would have been made public

An error carries *facts*; its English sentence is built from them here, the Vietnamese one in
``words/vi.toml`` under the same code. Data errors that can be reported beside others are not
exceptions but :class:`parkgis.model.Finding`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.model import Finding


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why something was refused: a part of an error's sentence that the catalogue can say as well.

    Parameters
    ----------
    code : str
        Key below ``reason`` in ``words/*/reason.toml``.
    sentence : str
        English, with the names of the facts in braces.
    **facts
    """

    code: str
    sentence: str
    facts: Mapping[str, Any]

    def __init__(self, code: str, sentence: str, /, **facts: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "sentence", sentence)
        object.__setattr__(self, "facts", facts)

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)


class ParkgisError(Exception):
    """Base of every refusal: facts, a code and an exit code."""

    exit_code: ClassVar[int] = 1
    sentence: ClassVar[str] = "parkgis could not go on: {why}"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(type(self).__name__)

    @property
    def code(self) -> str:
        """The name by which catalogues, JSON output and scripts know this error."""
        return type(self).__name__

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)


class UsageError(ParkgisError):
    exit_code = 2
    sentence = "{why}"


class InputError(ParkgisError):
    exit_code = 10
    sentence = "{path}: {why}"


class FileMissing(InputError):
    exit_code = 11
    sentence = "{path}: there is no such file. Check the name and the drive, then run the command again."


class FileUnreadable(InputError):
    exit_code = 12
    sentence = "{path}: cannot be read ({why}). Open it in the program that made it and save it again."


class FileEmpty(InputError):
    exit_code = 13
    sentence = "{path}: holds no {what}. Check that the right file or layer was chosen."


class EncodingUnknown(InputError):
    exit_code = 14
    sentence = (
        "{path}: the text of column {column} is not UTF-8 and the file does not name its encoding "
        "(for example {sample}). Pass --encoding, e.g. --encoding cp1258."
    )


class FieldMissing(InputError):
    exit_code = 15
    sentence = "{path}: no column for {role}. The columns are: {columns}. Name it with --field {role}=COLUMN."


class InputRefused(InputError):
    exit_code = 16
    sentence = "{path}: not taken in, {count} finding(s) must be mended or accepted first."

    def __init__(self, findings: Sequence[Finding] = (), **facts: Any) -> None:
        super().__init__(count=len(findings), **facts)
        self.findings = tuple(findings)


class CrsError(ParkgisError):
    exit_code = 20
    sentence = "{path}: {why}"


class CrsMissing(CrsError):
    exit_code = 21
    sentence = "{path}: the file does not say its coordinate system.{proposal} Pass --crs EPSG:code from the file's own documents."


class CrsSuspect(CrsError):
    exit_code = 22
    sentence = "{path}: declares {declared}, but {why}.{proposal}"


class CrsMixed(CrsError):
    exit_code = 23
    sentence = "two coordinate systems were mixed: {left} and {right}"


class LedgerError(ParkgisError):
    exit_code = 30
    sentence = "{path}: {why}"


class LedgerTampered(LedgerError):
    exit_code = 31
    sentence = "{path}: entry {seq} was changed after it was written ({why}). Restore the file from a copy."


class LedgerStale(LedgerError):
    exit_code = 32
    sentence = (
        "{path}: somebody else recorded entry {head} since entry {expected} was read. Nothing was written; run the command again."
    )


class LedgerBusy(LedgerError):
    exit_code = 33
    sentence = "{path}: another program holds the ledger ({why}). Nothing was written; close it and run the command again."


class EventConflict(LedgerError):
    exit_code = 34
    sentence = (
        "{path}: entry {seq} already records the same minutes with other content ({differs}). "
        "Nothing was written. If the earlier entry is wrong, void it first: parkgis record --void {seq} --reason ..."
    )


class RecordError(ParkgisError):
    exit_code = 40
    sentence = "{why}"


class ProjectUnknown(RecordError):
    exit_code = 41
    sentence = "there is no project {project!r} in layers/projects.csv. Did you mean: {near}?"


class StageUnknown(RecordError):
    exit_code = 42
    sentence = "there is no stage {stage!r}. The stages are: {stages}."


class EventUnknown(RecordError):
    exit_code = 43
    sentence = "there is no entry {ref!r} in the ledger. `parkgis ledger log` lists them."


class RowsRefused(RecordError):
    exit_code = 44
    sentence = "{path}: {count} row(s) cannot be recorded; none was recorded."

    def __init__(self, findings: Sequence[Finding] = (), **facts: Any) -> None:
        super().__init__(count=len(findings), **facts)
        self.findings = tuple(findings)


class WorkspaceError(ParkgisError):
    exit_code = 50
    sentence = "{path}: {why}"


class WorkspaceMissing(WorkspaceError):
    exit_code = 51
    sentence = "no parkgis.toml in {path} or any folder above it. Make a workspace with: parkgis new DIR"


class WorkspaceInvalid(WorkspaceError):
    exit_code = 52
    sentence = "{path}: {why}"


class WorkspaceExists(WorkspaceError):
    exit_code = 53
    sentence = "{path}: exists and is not empty. Choose another folder."


class MapInvalid(WorkspaceError):
    exit_code = 54
    sentence = "{path}, line {line}: {why}"


class TemplateInvalid(WorkspaceError):
    exit_code = 55
    sentence = "{path}: {why}"


class WorldError(ParkgisError):
    exit_code = 60
    sentence = "{path}: {why}"


class OutputFailed(WorldError):
    exit_code = 61
    sentence = "{path}: could not be written ({why}). Is the disk full, or the file open in another program? Nothing was changed."


class ExtraMissing(WorldError):
    exit_code = 62
    sentence = '{what} needs a part that is not installed. Install it with: pip install "parkgis[{extra}]"'


class FontUnfit(WorldError):
    exit_code = 63
    sentence = "The font {font} cannot be used: {why}. Choose another with --font, for example DejaVu Sans."


class ServiceFailed(WorldError):
    exit_code = 64
    sentence = "{path}: {why}. Nothing was written; try again later, or name another service."


class MixError(ParkgisError):
    """Raised at once when two things that never add are added."""

    exit_code = 70
    sentence = "cannot combine {left} with {right}"


class PrivacyError(ParkgisError):
    """Raised before personal data leaves the workspace; carries pseudonyms, never a name."""

    exit_code = 80
    sentence = "{path}: {why}. Nothing was written."


def tree(root: type[ParkgisError] = ParkgisError) -> list[type[ParkgisError]]:
    """List ``root`` and every error below it, depth first."""
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]
