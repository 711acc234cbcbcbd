"""Help in the reader's language.

The English texts stand in the code beside what they describe, and typer lays English help out as ever. The Vietnamese ones
stand in ``words/help.toml``, found by the English; they are read, and laid out here, only when help is shown.
"""

from __future__ import annotations

import functools
import re
import textwrap
from typing import TYPE_CHECKING, Any

import typer

from parkgis.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLUMN = 26
"""Longest name beside its text; a longer one stands above it."""
SENTENCE = re.compile(r"(?<=\.) ")
PARAGRAPH = re.compile(r"\n\s*\n")
EXAMPLE = "Example: "
NO_BREAK = "\u00a0"
NO_BRACES = str.maketrans("", "", "{}")
"""An argument that must be there stands bare, as everywhere else in the project; typer puts it in braces."""
KIND = re.compile(r"<([a-z ]+)>$")


def attach(command: Any) -> None:
    """Let a command and all below it show their help in the reader's language."""
    command.context_class = Spoken
    for below in getattr(command, "commands", {}).values():
        attach(below)


class Spoken(typer.Context):
    """The context of a command, which typer asks for the help however it was wanted."""

    def get_help(self) -> str:
        return super().get_help() if options.language() == "en" else _page(self)


@functools.cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return the Vietnamese of the help: words of the frame, names of values, texts of commands and of options."""
    import importlib.resources
    import tomllib

    return tomllib.loads(importlib.resources.files("parkgis.words").joinpath("help.toml").read_text(encoding="utf-8"))


def value_name(name: str) -> str:
    """Return what stands for a value, in Vietnamese: ``[DIR]`` is ``[THƯ_MỤC]``."""
    return re.sub(r"\w+", lambda word: texts()["values"].get(word[0], word[0]), name)


def _page(context: Any) -> str:
    """Return the whole help of a command in Vietnamese, as wide as typer makes it."""
    command, frame, width = context.command, texts()["frame"], context.make_formatter().width
    head = f"{frame['usage']}{context.command_path} "
    pieces = value_name(" ".join(command.collect_usage_pieces(context))).translate(NO_BRACES)
    parts = [_filled(pieces, width, head, " " * len(head))]
    parts += [_filled(text, width, "  ", "  ") for text in _paragraphs(command.help or "")]
    shown = [param for param in command.get_params(context) if not param.hidden]
    for kind in ("argument", "option"):
        rows = [_row(param, context) for param in shown if param.param_type_name == kind]
        parts += [f"{frame[f'{kind}s']}\n{_table(rows, width)}"] if rows else []
    below = {name: one for name, one in getattr(command, "commands", {}).items() if not one.hidden}
    if below:
        parts.append(f"{frame['commands']}\n{_table([(name, _first(one.help or '')) for name, one in below.items()], width)}")
    return "\n\n".join(parts)


def _paragraphs(help_: str) -> Iterator[str]:
    """Yield the paragraphs of a command's help in Vietnamese; an example keeps its command to the letter."""
    for paragraph in PARAGRAPH.split(help_.strip()):
        text = " ".join(paragraph.split())
        if text.startswith(EXAMPLE):
            yield texts()["frame"]["example"] + text.removeprefix(EXAMPLE)
        else:
            yield texts()["commands"].get(text, text)


def _first(help_: str) -> str:
    """Return the first sentence of a command's help: its line in the list of commands."""
    return SENTENCE.split(next(_paragraphs(help_)))[0]


def _row(param: Any, context: Any) -> tuple[str, str]:
    """Return how a parameter is written, and what it is with its default and its limits."""
    name, said = param.get_help_record(context)
    if param.param_type_name == "option":
        name = KIND.sub(lambda kind: f"<{texts()['values'].get(kind[1], kind[1])}>", name)
    else:
        name = value_name(name)
    english = " ".join((param.help or "").split())
    extra = said.removeprefix(param.help or "").strip()  # what typer adds, in brackets
    return name, f"{texts()['options'].get(english, english)} {_extra(extra)}".strip()


def _extra(extra: str) -> str:
    """Return ``[default: 10; x>=0; required]`` in Vietnamese."""
    frame = texts()["frame"]
    extra = extra.replace("[default: ", f"[{frame['default']}", 1)
    extra = re.sub(r"\brequired\]$", f"{frame['required']}]", extra)
    extra = re.sub(r"\bx>=([\d.]+)", lambda found: frame["least"].format(least=found[1]), extra)
    extra = re.sub(r"([\d.]+)<=x<=([\d.]+)", lambda found: frame["between"].format(least=found[1], most=found[2]), extra)
    return extra.replace(" ", NO_BREAK)


def _filled(text: str, width: int, first: str, rest: str) -> str:
    """Break a text between words only: a hyphen is part of an option's name, and a command is copied from the screen."""
    default = texts()["frame"]["default"].capitalize()
    kept = text.replace(default, default.replace(" ", NO_BREAK))
    lines = textwrap.fill(kept, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False)
    return lines.replace(NO_BREAK, " ")


def _table(rows: list[tuple[str, str]], width: int) -> str:
    """Return names and texts in two columns; every letter of NFC text is one column wide."""
    column = min(max(len(name) for name, _ in rows), COLUMN) + 4
    lines = []
    for name, text in rows:
        first = f"  {name}".ljust(column)
        above = f"  {name}\n" if len(name) > COLUMN else ""
        lines.append(above + _filled(text, width, " " * column if above else first, " " * column))
    return "\n".join(lines)
