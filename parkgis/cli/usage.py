"""A command line that cannot be read, said in the reader's language with what to do.

typer's parser says it in English. Its exceptions know what went wrong as facts (which option, which type), and from these
the sentence is made anew; nothing is read out of its messages.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from typing import Any

import typer

from parkgis.cli import helping, options
from parkgis.errors import Reason, UsageError

_parser = importlib.import_module(typer.BadParameter.__module__)  # click, which newer typers carry inside them
Refused: type[Exception] = _parser.ClickException
HelpShown: type[Exception] = _parser.NoArgsIsHelpError


def told(error: Any) -> UsageError:
    """Return what the parser refused as an error of ours."""
    command = place(error)
    if isinstance(error, _parser.NoSuchOption):
        return UsageError(why=_no_option(command, error.option_name, error.possibilities or ()))
    if isinstance(error, _parser.BadOptionUsage):
        return UsageError(why=_wrong_option(error.option_name))
    if isinstance(error, _parser.MissingParameter):
        why = Reason("usage_missing", "{command} needs {name}", command=command, name=_name(error.param))
        return UsageError(why=why)
    if isinstance(error, _parser.BadParameter) and error.param is not None:
        return UsageError(why=_wrong_value(_name(error.param), error.param.type, error.message))
    commands = getattr(getattr(error.ctx, "command", None), "commands", None) if isinstance(error, _parser.UsageError) else None
    if commands:
        return UsageError(why=_no_command(command, list(commands)))
    if isinstance(error, _parser.UsageError) and error.ctx is not None:
        return UsageError(
            why=Reason("usage_extra", "{command} was given more than it takes; put a path with blanks in quotes", command=command)
        )
    return UsageError(why=Reason("usage_other", "the command cannot be read: {message}", message=error.message))


def place(error: Any) -> str:
    """Return the command that was being read, e.g. ``parkgis ledger log``."""
    context = getattr(error, "ctx", None)
    return "parkgis" if context is None else str(context.command_path)


def _name(param: Any) -> str:
    """Return how a parameter is written: the long option, or the argument's word in the help."""
    return str(max(param.opts, key=len)) if param.param_type_name == "option" else _value(param.human_readable_name)


def _value(name: str) -> str:
    """Return the name of a value as the help in the reader's language has it."""
    return helping.value_name(name) if options.fallback_words().lang == "vi" else name


def _no_option(command: str, option: str, near: Any) -> Reason:
    if near:
        close = ", ".join(sorted(near))
        return Reason(
            "usage_option_near", "{command} has no option {option}; is {near} meant?", command=command, option=option, near=close
        )
    return Reason("usage_option", "{command} has no option {option}", command=command, option=option)


def _wrong_option(option: str) -> Reason:
    if any(word.startswith(f"{option}=") for word in sys.argv):
        return Reason("usage_no_value", "{option} takes no value; write it alone", option=option)
    return Reason("usage_value", "{option} needs a value after it", option=option)


def _wrong_value(name: str, kind: Any, message: str) -> Reason:
    choices, least, most = (getattr(kind, what, None) for what in ("choices", "min", "max"))
    if choices:
        return Reason("usage_choice", "{name} is one of {choices}", name=name, choices=", ".join(map(_choice, choices)))
    if least is not None and most is not None:
        return Reason("usage_between", "{name} is a number from {least} to {most}", name=name, least=f"{least:g}", most=f"{most:g}")
    if least is not None:
        return Reason("usage_least", "{name} is a number, {least} or more", name=name, least=f"{least:g}")
    if kind.name in ("integer", "int"):
        return Reason("usage_whole", "{name} is a whole number", name=name)
    if kind.name == "float":
        return Reason("usage_number", "{name} is a number; decimals follow a point, 12.5", name=name)
    return Reason("usage_wrong", "{name} cannot be that: {message}", name=name, message=message)


def _choice(one: Any) -> str:
    return str(getattr(one, "value", one))


def _no_command(group: str, commands: list[str]) -> Reason:
    """Name the command meant, or all there are; which word was typed is its place on the command line."""
    import difflib

    words = [word for before, word in itertools.pairwise(sys.argv) if not word.startswith("-") and before != "--lang"]
    typed = words[len(group.split()) - 1 :][:1]
    if not typed:
        return Reason("usage_missing", "{command} needs {name}", command=group, name=_value("COMMAND"))
    near = difflib.get_close_matches(typed[0], commands)
    facts = {"group": group, "typed": typed[0], "commands": ", ".join(near or commands)}
    if near:
        return Reason("usage_command_near", "{group} has no command {typed}; is {commands} meant?", **facts)
    return Reason("usage_command", "{group} has no command {typed}; there are {commands}", **facts)
