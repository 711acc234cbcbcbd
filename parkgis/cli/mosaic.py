"""What a person reads of blocks and blockers in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from parkgis.cli.layout import show, table
from parkgis.outputs import waits
from parkgis.outputs.blockwords import rules, summary
from parkgis.planning.land_use import balance, uses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from parkgis.planning.board import Board, Way
    from parkgis.planning.bundles import Bundle
    from parkgis.planning.land import Land
    from parkgis.planning.land_use import Lot
    from parkgis.planning.patchwork import Mosaic, Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.status import Snapshot
    from parkgis.words.catalogue import Words

SHOWN_BLOCKS = 20
SHOWN_PARCELS = 30
RIGHT = "right"


def print_mosaic(snapshot: Snapshot, mosaic: Mosaic, series: Sequence[tuple[dt.date, Patchwork]], where: str, words: Words) -> None:
    """Print the sentence first, then parks, blocks and the months."""
    _head(snapshot, "blocks.title", mosaic.rules, words)
    if not mosaic.projects:
        typer.echo(words("blocks.no_land", where=where or words("figure.whole").lower()))
        return
    if not mosaic.whole.handed_m2:
        typer.echo(words("blocks.none", on=snapshot.cut.on))
        return
    _summary(mosaic.whole, words)
    _parks(mosaic, words)
    _list(mosaic, words)
    _series(series, words)
    _unknown(mosaic.without_land, words)


def _head(snapshot: Snapshot, title: str, found: Rules, words: Words) -> None:
    if snapshot.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    typer.echo(words(title, on=snapshot.cut.on, known=snapshot.cut.known))
    typer.echo(rules(found, words))
    typer.echo(words("blocks.basis"))
    typer.echo("")


def _summary(whole: Patchwork, words: Words) -> None:
    typer.echo(summary(whole, words))
    sizes = {"mesh": words.ha(whole.mesh_m2 or 0.0), "largest": words.ha(whole.largest_m2)}
    typer.echo(words("blocks.summary_mesh", count=whole.blocks, usable=whole.usable_blocks, **sizes))
    typer.echo("")


def _patchwork(one: Patchwork, words: Words) -> list[str]:
    mesh = "–" if one.mesh_m2 is None else words.ha(one.mesh_m2)
    areas = [words.ha(one.handed_m2), words.ha(one.in_blocks_m2), words.ha(one.usable_m2)]
    return [*areas, words.percent(one.usable_share), mesh, words.number(one.blocks, 0), words.ha(one.largest_m2)]


def _columns(first: str, words: Words) -> list[tuple[str, str]]:
    names = ("handed", "in_blocks", "usable", "share", "mesh", "count", "largest")
    return [(words(f"blocks.{first}"), ""), *((words(f"blocks.{name}"), RIGHT) for name in names)]


def _parks(mosaic: Mosaic, words: Words) -> None:
    made = table(words("blocks.by_park"), _columns("park", words))
    for park in mosaic.parks:
        made.add_row(park.name, *_patchwork(park, words))
    show(made)


def _list(mosaic: Mosaic, words: Words) -> None:
    names = [("project", ""), *((n, RIGHT) for n in ("number", "area", "usable", "pieces", "width", "compact", "frontage"))]
    made = table(words("blocks.list"), [*((words(f"blocks.{n}"), side) for n, side in names), (words("blocks.rectangle"), RIGHT)])
    listed = mosaic.listed()
    for project, one in listed[:SHOWN_BLOCKS]:
        inside = one.rectangle() if one.usable_m2 else None
        made.add_row(
            project, str(one.number), words.ha(one.area_m2), words.ha(one.usable_m2), words.number(len(one.pieces), 0),
            words.number(one.width_m, 0), words.number(one.compactness, 2), words.number(one.frontage_m, 0),
            f"{words.number(inside.length_m, 0)} × {words.number(inside.width_m, 0)}" if inside else "–",
        )  # fmt: skip
    show(made)
    if len(listed) > SHOWN_BLOCKS:
        typer.echo(words("blocks.more", count=len(listed) - SHOWN_BLOCKS))


def _series(series: Sequence[tuple[dt.date, Patchwork]], words: Words) -> None:
    if not series:
        return
    made = table(words("blocks.over_time"), _columns("day", words))
    for day, one in series:
        made.add_row(words.day(day), *_patchwork(one, words))
    show(made)


def _unknown(projects: Sequence[str], words: Words) -> None:
    if projects:
        typer.echo(words("blocks.no_land_some", projects=", ".join(projects)))


def print_plan(laid: Sequence[Lot], on: dt.date, words: Words) -> None:
    """Print the balance of a detailed plan, use by use."""
    if not laid:
        return
    names = [("use", ""), *((n, RIGHT) for n in ("area", "share", "least", "handed", "ready", "part", "blocked"))]
    made = table(words("blocks.balance"), [(words(f"blocks.{name}"), side) for name, side in names])
    of = {use.code: use for use in uses()}
    rows = balance(laid, on)
    for row in rows:
        name = of[row.use].name(words.lang) if row.use else words("blocks.use_unclear")
        least = "–" if row.minimum is None else f"≥ {words.percent(row.minimum, 0)}{'' if row.meets else ' !'}"
        counts = [words.number(count, 0) for count in (row.ready, row.part, row.blocked)]
        made.add_row(name, words.ha(row.area_m2), words.percent(row.share), least, words.ha(row.handed_m2), *counts)
    show(made)
    for row in (one for one in rows if one.meets is False):
        told = {"share": words.percent(row.share), "minimum": words.percent(row.minimum, 0)}
        typer.echo(words("blocks.below", use=of[row.use].name(words.lang), citation=of[row.use].citation, **told))
    if any(not of[row.use].read for row in rows if row.minimum is not None):
        typer.echo(words("blocks.unread"))


# -- blockers ------------------------------------------------------------------------------------------


def print_blockers(
    snapshot: Snapshot, board: Board, bundles: Sequence[tuple[Land, Bundle]], most: int, way: Way | None, where: str, words: Words
) -> None:
    """Print the ranking, the bundles and the way to the target, as far as they were asked for."""
    _board(snapshot, board, where, words)
    _bundles(bundles, most, board.rules, words)
    _way(way, snapshot, words)


def _board(snapshot: Snapshot, board: Board, where: str, words: Words) -> None:
    """Print the ranking, each parcel with what it waits for and who has to act."""
    _head(snapshot, "blocks.unlocked_title", board.rules, words)
    if not board.known:
        typer.echo(words("blocks.no_land", where=where or words("figure.whole").lower()))
        return
    areas = {"usable": words.ha(board.usable_m2), "handed": words.ha(board.handed_m2)}
    typer.echo(words("blocks.unlocked_now", open=board.open_parcels, **areas))
    if not board.open_parcels or not board.blockers:
        typer.echo(words("blocks.all_handed" if not board.open_parcels else "blocks.unlocked_none"))
        _unknown(board.without_land, words)
        return
    _ranking(board, words)
    typer.echo(words("blocks.exact", exact=board.exact, rest=words.ha(board.rest_m2), proven=board.proven))
    if all(b.waits.cost_vnd is None for b in board.blockers):
        typer.echo(words("blocks.costs_unknown"))
    _unknown(board.without_land, words)


def _ranking(board: Board, words: Words) -> None:
    costs = any(b.waits.cost_vnd is not None for b in board.blockers)
    names = [("project", ""), ("parcel", "fixed"), ("own", RIGHT), ("unlocked", RIGHT), ("per_household", RIGHT)]
    names += [("per_billion", RIGHT)] if costs else []
    names += [(name, "") for name in ("stage", "obstacle", "next", "office", "due")]
    made = table("", [(words(f"blocks.{name}"), side) for name, side in names])
    for one in board.blockers:
        ratios = [_ratio(one.per_household_m2, words), *([_ratio(one.per_billion_m2, words)] if costs else [])]
        made.add_row(
            one.project, one.key or words("blocks.outside"), words.ha(one.area_m2), words.ha(one.unlocked_m2), *ratios,
            *waits.told(one.waits, words, short=True),
        )  # fmt: skip
    show(made)


def _ratio(value: float | None, words: Words) -> str:
    return "–" if value is None else words.ha(value)


def _bundles(bundles: Sequence[tuple[Land, Bundle]], most: int, rules: Rules, words: Words) -> None:
    """Print each project's bundle, how good it is proven to be, and its parcels."""
    for land, one in bundles:
        typer.echo("")
        if not one.pieces:
            typer.echo(words("blocks.bundle_none", project=land.project, count=most))
            continue
        typer.echo(words("blocks.bundle_title", count=len(one.pieces), project=land.project, gain=words.ha(one.usable_m2)))
        bound = "bundle_no_bound" if one.gap_m2 == float("inf") else "bundle_bound_area" if rules.width_m else "bundle_bound"
        typer.echo(words(f"blocks.{bound}", **({} if bound == "bundle_no_bound" else {"gap": words.ha(one.gap_m2)})))
        keys = [str(land.key[piece]) or words("blocks.outside") for piece in one.pieces]
        typer.echo(words("blocks.bundle_parcels", parcels=", ".join(keys)))


def _way(way: Way | None, snapshot: Snapshot, words: Words) -> None:
    """Print the parcels that close the gap to the year's target."""
    if way is None:
        return
    typer.echo("")
    year = snapshot.target.year
    if way.gap_m2 <= 0:
        typer.echo(words("blocks.gap_done", year=year))
        return
    areas = {"gap": words.ha(way.gap_m2), "area": words.ha(way.area_m2)}
    if not way.closes:
        typer.echo(words("blocks.gap_short", year=year, **areas))
        return
    typer.echo(words("blocks.gap_title", year=year, count=len(way.parcels), **areas))
    typer.echo(words("blocks.gap_least", least=way.least, year=year))
    if way.cost_vnd is not None:
        typer.echo(words("blocks.gap_cost", cost=words.number(way.cost_vnd / 1e9)))
    made = table("", [(words("blocks.project"), ""), (words("blocks.parcel"), "fixed"), (words("blocks.own"), RIGHT)])
    for project, key, area_m2, _ in way.parcels[:SHOWN_PARCELS]:
        made.add_row(project, key, words.ha(area_m2))
    show(made)
    if len(way.parcels) > SHOWN_PARCELS:
        typer.echo(words("blocks.more_parcels", count=len(way.parcels) - SHOWN_PARCELS))
