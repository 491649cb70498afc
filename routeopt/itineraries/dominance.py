"""When cargo that is free earlier at a terminal can do all that later cargo can.

Take A and B at one terminal, A free not later than B. A can follow whatever B does next:

- Same minute: it costs both the same, but for transit duties that B has paid and A has not, and
  for terminals that A has visited and B may still come to.
- A earlier: A waits longer for the same departure. Before the two meet on a timetabled departure
  both may ride on demand, so A pays at most the dearest storage within reach of on-demand services
  for the started days between them (rounding up is subadditive, free days only help). Where opening
  hours within that reach could stretch the difference, or an on-demand service that starts to run
  later could refuse A and take B, only labels of the same minute may be compared.
- Reefer plugs emit with every minute of a wait: like storage, at the highest rate within reach.
- At a transshipment port, cargo that came by sea is on a voyage: only labels at the same stage are
  compared, and A pays at most half of what it has pending beyond B.
- If waiting costs nothing anywhere and earlier is always as good, a detour that comes back to a
  terminal can be cut out, so what A has visited does not matter; unless it could cut a voyage.
"""

from __future__ import annotations

from routeopt.freight import DAY_MIN, Minute
from routeopt.itineraries.graph import ServiceGraph
from routeopt.itineraries.ways import Ways
from routeopt.network.calendar import local_date


class Waiting:
    """What waiting can cost a shipment, terminal by terminal.

    Attributes
    ----------
    free_detours
        Waiting costs nothing, and earlier is always as good.
    """

    def __init__(self, ways: Ways) -> None:
        self._start = ways.graph.case.start
        graph = ways.graph
        free_waiting = not any(ways.storage) and not any(ways.plug_kg)
        late_from = [any(_starts_late(graph, v) for v in services) for services in graph.out_demand]
        ready_in_time = ways.shipment.ready >= graph.case.start
        self.free_detours = (
            free_waiting and not any(late_from) and ready_in_time and not ways.open_voyages
        )
        self._eur_per_kg = ways.eur_per_kg
        self._safe: list[bool] = []
        self._rate: list[float] = []
        self._kg_rate: list[float] = []
        for i, reach in enumerate(graph.demand_reach):
            if self.free_detours:
                self._safe.append(True)
                self._rate.append(0.0)
                self._kg_rate.append(0.0)
                continue
            starts_late = any(late_from[k] for k in reach)
            opens = any(graph.terminals[k].open for k in reach if k != i)
            self._safe.append(not starts_late and (free_waiting or not opens))
            self._rate.append(max(ways.storage[k] for k in reach))
            self._kg_rate.append(max(ways.plug_kg[k] for k in reach))

    def comparable(self, i: int, free: Minute) -> bool:
        """Whether cargo free at this minute may be compared with cargo free earlier."""
        return self._safe[i] and free >= self._start

    def eur(self, i: int, minutes: int) -> float:
        """Most that waiting so much longer can cost from a terminal on."""
        return self._rate[i] * -(-minutes // DAY_MIN) + self.kg(i, minutes) * self._eur_per_kg

    def kg(self, i: int, minutes: int) -> float:
        """Most that waiting so much longer can emit from a terminal on."""
        return self._kg_rate[i] * minutes


def _starts_late(graph: ServiceGraph, v: int) -> bool:
    """Whether a service begins to run after the horizon has begun."""
    first = graph.services[v].valid_from
    if first is None:
        return False
    return first > local_date(graph.case.start, graph.terminals[graph.tail[v]].timezone)
