"""How tables look in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

WIDTH_PIPED = 140
CLIPPED_WIDTH = 36


def show(table: Table) -> None:
    """Print a table, as wide as the terminal; :data:`WIDTH_PIPED` where there is none."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH_PIPED, highlight=False, markup=False, emoji=False)
    console.print(table)


def table(title: str, columns: Sequence[tuple[str, str]], *, clipped: str = "") -> Table:
    """Lay out a table of (name, "", "right" or "fixed") columns; the one named ``clipped`` is cut to fit, the rest fold."""
    from rich import box
    from rich.table import Table

    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, justify in columns:
        if name == clipped:
            made.add_column(name, overflow="ellipsis", no_wrap=True, max_width=CLIPPED_WIDTH)
        else:
            made.add_column(name, justify="right" if justify else "left", no_wrap=justify == "fixed", overflow="fold")
    return made
