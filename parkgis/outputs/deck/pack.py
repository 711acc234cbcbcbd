"""The same deck as the same bytes: no clock in the zip, in the properties, in the worksheets behind the charts."""

from __future__ import annotations

import io
import re
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")


def packed(content: bytes, stamp: str) -> bytes:
    """Write an Office file again with fixed dates, and the workbooks inside it too.

    Parameters
    ----------
    content : bytes
        PPTX or XLSX.
    stamp : str
        ``2026-06-30T10:00:00Z``: what its properties say.

    Returns
    -------
    bytes
        Parts in the order in which they came; pictures, packed already, as they are.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = packed(part, stamp)
            if name == "docProps/core.xml":
                part = STAMP.sub(rb"\g<1>" + stamp.encode() + rb"\g<2>", part)
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return out.getvalue()
