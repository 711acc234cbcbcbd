"""Bookmarks, language and title bar for a PDF that matplotlib wrote: an incremental update at its end.

matplotlib (3.11) has no way to write an outline. An update adds objects, a new catalogue and a table of their
places behind the file, and leaves every byte before as it is (ISO 32000-1, clause 7.5.6).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = rb"(\d+) 0 R"


def with_bookmarks(file: bytes, names: Sequence[str], lang: str) -> bytes:
    """Return the file with one bookmark a page, in the order of the pages.

    Parameters
    ----------
    file : bytes
        A PDF as matplotlib writes it: plain objects, a plain table of places.
    names : sequence of str
        One a page.
    lang : str
        Of the text, for screen readers.
    """
    size, root, info = (int(_last(rb"/%s (\d+)" % key, file)) for key in (b"Size", b"Root", b"Info"))
    pages = _pages(file)
    before = int(_last(rb"startxref\s+(\d+)", file))
    outline, first = size, size + 1
    last = first + len(names) - 1
    objects = {
        root: b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /Lang %s /PageMode /%s"
        b" /ViewerPreferences << /DisplayDocTitle true >> >>"
        % (_tree(file), outline, text(lang), b"UseOutlines" if len(names) > 1 else b"UseNone"),
        outline: b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (first, last, len(names)),
    }
    for place, (name, page) in enumerate(zip(names, pages, strict=True)):
        near = b" /Prev %d 0 R" % (first + place - 1) if place else b""
        near += b" /Next %d 0 R" % (first + place + 1) if place < len(names) - 1 else b""
        objects[first + place] = b"<< /Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]%s >>" % (text(name), outline, page, near)
    return _updated(file, objects, before, b"/Size %d /Root %d 0 R /Info %d 0 R" % (last + 1, root, info))


def text(value: str) -> bytes:
    """Return a text string of PDF: UTF-16 with its mark, as hexadecimal digits."""
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode() + b">"


def _last(pattern: bytes, file: bytes) -> bytes:
    return re.findall(pattern, file[file.rindex(b"trailer") :])[-1]  # type: ignore[no-any-return]


def _tree(file: bytes) -> int:
    """Return the number of the page tree's root."""
    found = re.search(rb"/Type /Catalog\s*/Pages " + NUMBER, file)
    assert found is not None, "matplotlib writes its catalogue in another way"
    return int(found[1])


def _pages(file: bytes) -> list[int]:
    found = re.search(rb"/Type /Pages\s*/Kids \[([^\]]*)\]", file)
    assert found is not None, "matplotlib writes its page tree in another way"
    return [int(number) for number in re.findall(NUMBER, found[1])]


def _updated(file: bytes, objects: dict[int, bytes], before: int, trailer: bytes) -> bytes:
    parts, table, at = [file], [b"xref\n"], len(file)
    for number in sorted(objects):
        body = b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
        table.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        parts.append(body)
        at += len(body)
    parts += [*table, b"trailer\n<< %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, before, at)]
    return b"".join(parts)
