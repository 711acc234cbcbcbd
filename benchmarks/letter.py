"""The letter of the demo's projects: gathering with its pictures, DOCX and PDF; the PDF beside LibreOffice converting the DOCX.

    python benchmarks/letter.py [--parcels 6000]

Seconds are CPU time (user and system) of the whole process, start-up included; memory is its peak. Both makers of a PDF are
given the finished letter: ours its content, LibreOffice the DOCX drawn from it. Start-up is mostly matplotlib, which drew the
pictures and which a process that makes the whole report loads once: *drawing alone* leaves it out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from timing import ENVIRONMENT, python

from parkgis import demo

RUNS = 3
GATHER = """
import pickle, sys
from pathlib import Path
from parkgis.briefing import brief
from parkgis.outputs import letter, map_definition
from parkgis.planning.households import households
from parkgis.status.series import counted_by_day
from parkgis.planning.waiting import waiting
from parkgis.shapes import shapes
from parkgis.status.overdue import deadlines
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace, shipped
found = Workspace(Path(sys.argv[1]))
snapshot = found.snapshot(found.cut(found.config.demo_on, found.store.head().at))
extras = letter.Extras(
    letterhead=found.config.letterhead, series=counted_by_day(snapshot), shapes=shapes(found, snapshot),
    map=map_definition.find([shipped() / "maps"], ["overview"])[0], overdue=deadlines(snapshot, found.store),
    households=households(snapshot), waiting=waiting(snapshot))
Path(sys.argv[2]).write_bytes(pickle.dumps(letter.content(brief(found, snapshot), extras, Words("vi"))))
"""
DRAW = """
import pickle, sys, time
from pathlib import Path
from parkgis.outputs import {module} as maker
from parkgis.words.catalogue import Words
content = pickle.loads(Path(sys.argv[1]).read_bytes())
start = time.process_time()
Path(sys.argv[2]).write_bytes(maker.build(content, Words("vi")))
Path(sys.argv[2] + ".seconds").write_text(str(time.process_time() - start))
"""


def cost(command: list[str]) -> tuple[float, float]:
    """Run a command; return its CPU seconds and its peak memory in MB."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    _, status, used = os.wait4(os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=quiet), 0)
    if status:
        raise SystemExit(f"failed: {command}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def row(name: str, command: list[str], made: Path) -> float:
    """Print what a command costs, after one run that warms the disk, and return its CPU seconds."""
    cost(command)
    runs = [cost(command) for _ in range(RUNS)]
    seconds = statistics.median(r[0] for r in runs)
    alone = made.with_name(made.name + ".seconds")
    part = f"   drawing alone {float(alone.read_text()):.2f} s" if alone.exists() else ""
    print(f"{name:<52} {seconds:6.2f} s CPU  {max(r[1] for r in runs):5.0f} MB peak  {made.stat().st_size / 1024:6.0f} KB{part}")
    return seconds


def main() -> None:
    """Make the demo, gather the letter, draw it three ways."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=6000)
    parcels = parser.parse_args().parcels
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = demo.make(folder / "demo", 2026, parcels)
        print(f"{len(made.projects)} projects, {parcels} parcels; {sys.platform}")
        content, docx, pdf = folder / "letter.pickle", folder / "letter.docx", folder / "letter.pdf"
        row("gather: fold, explain nothing, three pictures", python("-c", GATHER, str(made.root), str(content)), content)
        row("DOCX", python("-c", DRAW.format(module="letter"), str(content), str(docx)), docx)
        ours = row("PDF, ours (Typst)", python("-c", DRAW.format(module="pdf"), str(content), str(pdf)), pdf)
        home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
        peer = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder / "peer"), str(docx)]
        theirs = row("PDF, peer (LibreOffice, from the DOCX)", peer, folder / "peer" / "letter.pdf")
        print(f"peer/ours {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
