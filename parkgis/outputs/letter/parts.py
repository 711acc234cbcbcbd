"""The parts of a .docx file: judged before a template is trusted, and packed so that the same letter has the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from parkgis.errors import FileMissing, FileUnreadable, Reason, TemplateInvalid

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = ("body", "summary", "cut_off", "digest", "definition", "demo")
ALLOWED = (
    "superior", "issuer", "number", "nation", "motto", "place_date", "kind", "summary", "summary_on", "to", "body",
    "recipients_title", "recipients", "signer", "name", "cut_off", "digest", "definition", "demo",
)  # fmt: skip
LARGEST = 64 * 2**20  # bytes unpacked: a letterhead with a crest has a few hundred thousand
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip file can say
TEXTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def fixed(docx: bytes) -> bytes:
    """Pack a .docx anew in the order of its parts, without the day it was written; pictures, packed already, as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()


def load(path: Path) -> bytes:
    """Read a template and judge it.

    Raises
    ------
    FileMissing, FileUnreadable
    TemplateInvalid
        No .docx; with macros; with parts that lie elsewhere; a placeholder that is missing, unknown or broken.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or str(error)) from error
    if why := _wrong(content):
        raise TemplateInvalid(path=path, why=why)
    return content


def _wrong(content: bytes) -> Reason | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                return Reason("template_large", "it is larger than {limit} MB unpacked", limit=LARGEST // 2**20)
            if "word/document.xml" not in packed.namelist():
                return _foreign()
            parts = {name: packed.read(name) for name in packed.namelist()}
            if any(b"<!DOCTYPE" in part[:2048] for name, part in parts.items() if name.endswith((".xml", ".rels"))):
                return _foreign()  # Word writes none; it could name files of this machine
            return _active(parts) or _outside(parts) or _placeholders(parts)
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError, OSError):
        return _foreign()


def _foreign() -> Reason:
    return Reason("template_no_docx", "this is no Word document (.docx); write one with: parkgis report --write-template FILE.docx")


def _active(parts: dict[str, bytes]) -> Reason | None:
    if any(name.lower().endswith("vbaproject.bin") for name in parts) or b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        return Reason("template_macro", "it holds macros; save it in Word as a document without macros (.docx)")
    return None


def _outside(parts: dict[str, bytes]) -> Reason | None:
    """Refuse what Word would fetch from elsewhere: an attached template, a linked picture."""
    for name, content in parts.items():
        if name.endswith(".rels"):
            for rel in ElementTree.fromstring(content):
                if rel.get("TargetMode") == "External" and not rel.get("Type", "").endswith("/hyperlink"):
                    target = rel.get("Target", "")
                    return Reason("template_outside", "it is linked to {target}; embed it, or take the link out", target=target)
    return None


def _placeholders(parts: dict[str, bytes]) -> Reason | None:
    allowed = ", ".join(ALLOWED)
    found: list[str] = []
    for name in sorted(parts):
        if TEXTS.fullmatch(name):
            for text in _texts(parts[name]):
                rest = FIELD.sub("", text)
                if mark := re.search(r"\{[{%#].{0,30}|.{0,30}[%#}]\}", rest):
                    return Reason(
                        "template_broken", "“{text}” is no placeholder; a placeholder is a name in double braces: {allowed}",
                        text=mark[0], allowed=allowed,
                    )  # fmt: skip
                found += FIELD.findall(text)
    if unknown := [name for name in found if name not in ALLOWED]:
        return Reason(
            "template_unknown", "there is no placeholder {name}; the placeholders are: {allowed}", name=unknown[0], allowed=allowed
        )  # fmt: skip
    if missing := [name for name in REQUIRED if name not in found]:
        return Reason(
            "template_missing", "the placeholder {name} is missing; a template must have: {required}",
            name=missing[0], required=", ".join(REQUIRED),
        )  # fmt: skip
    if found.count("body") > 1 or "{{body}}" not in [text.replace(" ", "") for text in _own(parts["word/document.xml"])]:
        return Reason("template_body", "the placeholder body must stand once, in a paragraph of its own, outside tables")
    return None


def _texts(xml: bytes) -> list[str]:
    """Return the text of each paragraph, however Word has cut it into runs."""
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in ElementTree.fromstring(xml).iter(f"{W}p")]


def _own(xml: bytes) -> list[str]:
    body = ElementTree.fromstring(xml).find(f"{W}body")
    return ["".join(t.text or "" for t in p.iter(f"{W}t")).strip() for p in (body if body is not None else []) if p.tag == f"{W}p"]
