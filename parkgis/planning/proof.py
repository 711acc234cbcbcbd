"""The best bundle by a mixed-integer programme, and a proven bound above what any bundle could unlock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.errors import ExtraMissing, Reason
from parkgis.planning.programme import Programme

try:
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_blocks", "Blocks of land"), extra="planning") from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.planning.bundles import Network
    from parkgis.planning.edges import Floats, Mask

RELAXED, NARROW = 0.35, 0.6
"""Shares of the time after which the relaxation, and the search among what it uses, give way to the whole."""
STALL = 1e-4
"""The relaxation is good enough once three rounds of cuts lower it by less than this share."""
SLACK = 1e-7
"""What the solver's rounding may hide, as a share."""


def solve(net: Network, most: int, seconds: float, known: Sequence[int] = ()) -> tuple[tuple[int, ...], float]:
    """Seek the best bundle and prove how much better there can be.

    Parameters
    ----------
    net : Network
    most : int
    seconds : float
    known : sequence of int
        A bundle found already, rows of the land.

    Returns
    -------
    pieces : tuple of int
        Of the best bundle found, rows of the land.
    bound_m2 : float
        No bundle makes more land usable than this, in all.

    Notes
    -----
    *Method*: :class:`parkgis.planning.programme.Programme` without whole numbers, with cuts added until none is broken, bounds
    from above. The nodes it uses make a small programme that mostly holds the best bundle. Then the whole is solved, without nodes
    that by their reduced costs cannot be in anything better.

    *Source*: Ljubić et al. (2006), Mathematical Programming 105: directed cuts for prize-collecting Steiner trees.
    """
    search = _Search(net, most, seconds, known)
    if len(search.model.nodes) and most > 0:
        search.relaxed()
        search.narrow()
        search.whole()
    taken = tuple(sorted(int(net.piece[node]) for node in search.taken))
    return taken, search.base_m2 + max(search.bound * search.model.unit_m2, search.gain_m2)


class _Search:
    """What is known so far: the best bundle, and the bound, in units of the programme."""

    def __init__(self, net: Network, most: int, seconds: float, known: Sequence[int]) -> None:
        self.net, self.model = net, Programme(net, most)
        self.begun, self.seconds = time.monotonic(), seconds
        blocks = net.area_m2[: net.blocks]
        self.base_m2 = float(blocks[blocks >= net.min_m2].sum())
        self.taken: list[int] = []
        self.gain_m2 = net.usable_m2(()) - self.base_m2  # small blocks may lie together already
        node = {int(piece): at for at, piece in enumerate(net.piece)}
        self._offer([node[piece] for piece in known])
        self.bound = self.model.most_gain
        self.used = np.zeros(len(self.model.nodes), bool)
        self.useless = np.zeros(len(self.model.nodes), bool)

    def left(self, share: float = 1.0) -> float:
        """Return how many seconds of a share of the time are left."""
        return self.begun + share * self.seconds - time.monotonic()

    def relaxed(self) -> None:
        """Bound by the programme without whole numbers; mark the nodes that it uses, and those that cannot be of use."""
        values: list[float] = []
        while self.left(RELAXED) > 0 or not values:
            done = linprog(self.model.cost, **self.model.for_linprog(), options={"time_limit": max(self.left(), 0.1)})
            if done.status != 0:
                break
            values.append(-float(done.fun))
            self.bound = min(self.bound, values[-1])
            shares = done.x[: len(self.model.nodes)]
            self.used = (shares > 1e-5) | (self.used & (len(values) % 4 != 0))
            worse = done.fun + done.lower.marginals[: len(shares)] > -self._goal() + SLACK * (1 + abs(done.fun))
            self.useless |= worse & (shares < SLACK)
            if not self.model.cut(done.x) or (len(values) > 3 and values[-4] - values[-1] < STALL * values[-1]):
                break

    def narrow(self) -> None:
        """Seek a bundle among the nodes that the relaxation uses and those of the best bundle."""
        mine = set(self.taken)
        self._solved(~self.used & ~np.array([node in mine for node in self.model.nodes], bool), NARROW, bounds=False)

    def whole(self) -> None:
        """Seek better and prove, without the nodes that cannot be in anything better."""
        self._solved(self.useless, 1.0, bounds=True)

    def _goal(self) -> float:
        return self.gain_m2 / self.model.unit_m2

    def _solved(self, without: Mask, share: float, *, bounds: bool) -> None:
        """Solve with ever more cuts until the best solution hangs together, or the time is over."""
        while (left := self.left(share)) > 0:
            done = self._milp(without, left)
            if bounds and done.mip_dual_bound is not None:
                self.bound = min(self.bound, max(-float(done.mip_dual_bound), self._goal()))
            if done.x is None:
                return
            whole = np.where(self.model.integral > 0, np.rint(done.x), 0.0)
            self._offer(self.model.taken(whole))
            if not self.model.cut(whole):
                return

    def _milp(self, without: Mask, seconds: float) -> Any:
        upper = self.model.upper.copy()
        upper[: len(without)][without] = 0.0
        # No row that demands more than was found: so full a row costs more than it prunes (SciPy 1.17).
        return milp(
            self.model.cost, constraints=LinearConstraint(*self.model.rows()), integrality=self.model.integral,
            bounds=Bounds(0, upper), options={"time_limit": seconds, "mip_rel_gap": SLACK},
        )  # fmt: skip

    def _offer(self, nodes: list[int]) -> None:
        gain: float | Floats = self.net.usable_m2(nodes) - self.base_m2
        if gain > self.gain_m2:
            self.taken, self.gain_m2 = nodes, float(gain)
