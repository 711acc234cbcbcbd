"""A letter template of the Board's own: followed where it can be filled, else refused with what is wrong and what is allowed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import letters
import pytest
from docx.shared import Length

from parkgis.errors import FileMissing, TemplateInvalid
from parkgis.outputs import letter
from parkgis.outputs.letter import parts
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

VI = Words("vi")


def edited(path: Path, change: Any) -> Path:
    document = docx.Document(io.BytesIO(letter.template()))
    change(document)
    document.save(str(path))
    return path


def test_the_shipped_template_is_the_same_in_every_run_and_passes_its_own_check(tmp_path: Path) -> None:
    path = tmp_path / "mẫu.docx"
    path.write_bytes(letter.template())
    assert letter.template() == path.read_bytes() == parts.load(path)


def test_a_restyled_template_is_followed(tmp_path: Path) -> None:
    content = letter.content(*letters.gathered(letters.one(tmp_path / "w"), drawn=False), VI)

    def restyle(document: Any) -> None:
        document.styles["parkgis body"].font.name = "Arial"
        document.sections[0].left_margin = Length(34 * 36_000)
        document.paragraphs[-1].insert_paragraph_before("Dòng của Ban")
        for style in [s for s in document.styles if s.name == "parkgis note"]:
            style.element.getparent().remove(style.element)

    document = docx.Document(io.BytesIO(letter.build(content, VI, edited(tmp_path / "m.docx", restyle))))
    assert document.styles["parkgis body"].font.name == "Arial"
    assert (document.sections[0].left_margin or 0) // 36_000 == 34
    assert "Dòng của Ban" in [p.text for p in document.paragraphs]
    assert document.styles["parkgis note"].font.size.pt == 10  # taken from the shipped one
    assert "{{" not in "".join(p.text for p in document.paragraphs)


def replaced(old: str, new: str) -> Any:
    def change(document: Any) -> None:
        first = document.sections[0]
        for paragraph in [*document.paragraphs, *first.footer.paragraphs, *first.first_page_footer.paragraphs]:
            if old in paragraph.text:
                paragraph.runs[0].text = paragraph.text.replace(old, new)

    return change


def attached(document: Any) -> None:
    document.part.relate_to("http://x.invalid/x.dotm", "urn:x/attachedTemplate", is_external=True)


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (replaced("{{ summary }}", ""), "template_missing", "summary"),
        (replaced("{{ definition }}", ""), "template_missing", "definition"),
        (replaced("{{ kind }}", "{{ kin }}"), "template_unknown", "kin"),
        (replaced("{{ kind }}", "{{ kind.__class__ }}"), "template_unknown", "kind.__class__"),
        (replaced("{{ kind }}", "{% for x in y %}"), "template_broken", "{% for x in y %}"),
        (replaced("{{ kind }}", "{{ kind }"), "template_broken", "{{ kind }"),
        (replaced("{{ body }}", "Kèm theo: {{ body }}"), "template_body", ""),
        (attached, "template_outside", "x.dotm"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_is_refused_with_what_is_wrong(change: Any, code: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid) as refused:
        parts.load(edited(tmp_path / "m.docx", change))
    why = refused.value.facts["why"]
    assert why.code == code
    assert told in str(why)
    assert VI(f"reason.{code}", **why.facts)
    if code in ("template_missing", "template_unknown"):
        assert "summary" in str(why)  # what is allowed


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x89PNG\r\n", b"<html></html>", b"\xd0\xcf\x11\xe0" * 200])
def test_a_foreign_file_is_no_template(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateInvalid, match="no Word document"):
        parts.load(path)


def test_macros_entities_and_other_packages_are_refused(tmp_path: Path) -> None:
    def packed(name: str, **more: bytes) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(io.BytesIO(letter.template())) as old, zipfile.ZipFile(path, "w") as new:
            for entry in old.namelist():
                new.writestr(entry, more.pop(entry, old.read(entry)))
            for entry, content in more.items():
                new.writestr(entry, content)
        return path

    with pytest.raises(TemplateInvalid, match="macros"):
        parts.load(packed("a.docx", **{"word/vbaProject.bin": b"x"}))
    with pytest.raises(TemplateInvalid, match="no Word document"):
        parts.load(packed("b.docx", **{"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}))
    with pytest.raises(TemplateInvalid, match="no Word document"):
        parts.load(packed("c.docx", **{"word/document.xml": b"<w:document"}))
    with pytest.raises(FileMissing):
        parts.load(tmp_path / "none.docx")
