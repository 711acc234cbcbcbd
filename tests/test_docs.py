"""What is written for users holds: commands are in the guide, those in the guide are there, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from parkgis.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}


def commands(group: TyperGroup, prefix: str = "parkgis") -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{prefix} {name}")
        elif isinstance(command, TyperCommand):
            yield f"{prefix} {name}", command


ROOT_COMMAND = typer.main.get_command(app)
assert isinstance(ROOT_COMMAND, TyperGroup)
EVERY = dict(commands(ROOT_COMMAND))


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_in_the_guide_and_has_help_with_an_example(name: str) -> None:
    *group, last = name.split()
    written = "\n".join(TEXT.values())
    alternatives = rf"{' '.join(group)} (\w+ ?\| ?)*{last}\b"  # `parkgis enter split|merge` names both
    assert re.search(alternatives, written), f"no page names `{name}`"
    assert f"Example: {name}" in (EVERY[name].help or ""), f"`{name} --help` shows no example"


def names_of(group: TyperGroup) -> set[str]:
    return set(group.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_the_guide_exists(page: Path) -> None:
    blocks = [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```", TEXT[page], flags=re.DOTALL | re.MULTILINE) if not kind]
    assert isinstance(ROOT_COMMAND, TyperGroup)
    for line in "\n".join(blocks).splitlines():
        for used in re.findall(r"(?:^|[/\\ |])parkgis ([a-z][\w|]*)(?: ([a-z][\w|]*))?", line):
            for first in used[0].split("|"):
                assert first in names_of(ROOT_COMMAND), line
                group = ROOT_COMMAND.commands[first]
                if isinstance(group, TyperGroup) and used[1]:
                    assert set(used[1].split("|")) <= names_of(group), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_in_the_guide_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT[page]):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_is_linked_from_the_readme() -> None:
    readme = TEXT[ROOT / "README.md"]
    assert [page.name for page in PAGES[1:] if f"docs/{page.name}" not in readme] == []
