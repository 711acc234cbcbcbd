"""Vietnamese text for tests: names and places, and how each old encoding writes them."""

from __future__ import annotations

import random

from parkgis.words import legacy

FAMILY = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "Hồ", "Ngô", "Dương", "Lý", "Đào", "Đinh", "Trịnh", "Lương", "Tạ", "Khuất", "Giáp", "Quách",
]  # fmt: skip
MIDDLE = [
    "Văn", "Thị", "Đức", "Hữu", "Quang", "Minh", "Ngọc", "Xuân", "Thanh", "Bá", "Công", "Đình",
    "Thế", "Như", "Bích",
]  # fmt: skip
GIVEN = [
    "An", "Ánh", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hằng", "Hạnh", "Hiếu", "Hòa",
    "Hồng", "Huệ", "Hùng", "Khánh", "Liễu", "Loan", "Lụa", "Mận", "Mỹ", "Nghĩa", "Nhàn", "Oanh",
]  # fmt: skip
PLACES = [
    "Yên", "Phong", "Quế", "Võ", "Tiên", "Du", "Thuận", "Thành", "Lương", "Tài", "Gia", "Bình",
    "Từ", "Sơn", "Việt", "Yên", "Hiệp", "Hòa", "Lạng", "Giang", "Lục", "Nam", "Sơn", "Động",
]  # fmt: skip


def names(count: int, seed: int) -> list[str]:
    pick = random.Random(seed)
    return [" ".join((pick.choice(FAMILY), pick.choice(MIDDLE), pick.choice(GIVEN))) for _ in range(count)]


def addresses(count: int, seed: int) -> list[str]:
    pick = random.Random(seed)
    return [f"thôn {pick.choice(PLACES)}, xã {' '.join(pick.sample(PLACES, 2))} (đất trồng lúa)" for _ in range(count)]


def written(text: str, encoding: str) -> bytes:
    """Write text as it was written: in TCVN3 a capital with a tone becomes the small letter, shown by another font."""
    if encoding != "tcvn3":
        return legacy.encode(text, encoding)
    known = legacy.table("tcvn3").written
    return "".join(known.get(c) or known.get(c.lower()) or c for c in text).encode(legacy.BYTES)


def raw(text: str, encoding: str) -> str:
    """Return the bytes as a layer gives them: one character each."""
    return written(text, encoding).decode(legacy.BYTES)
