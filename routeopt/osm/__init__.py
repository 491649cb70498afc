"""A new network from OpenStreetMap: roads and rail of a region; the only importer of osmnx.

The extract is read by osmium and filtered to what trucks and freight trains use before osmnx
loads it. The modules follow the build: `extract` and `loading` make a graph, `gauges` and `speeds`
read its tags, `pieces`, `parts`, `borders` and `packing` turn it into a layer; `layer` runs them.
"""

from routeopt.osm.extract import data_date, survey
from routeopt.osm.layer import build
from routeopt.osm.model import MODES, Built, Counts, Request, Speed

__all__ = ["MODES", "Built", "Counts", "Request", "Speed", "build", "data_date", "survey"]
