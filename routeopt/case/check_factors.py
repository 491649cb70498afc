"""What factors must be to give every leg and handling its emissions: none missing, none mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from routeopt.case.places import Place, shown
from routeopt.case.rows import Row, Values
from routeopt.case.tables import KEY_OF, Tables
from routeopt.emissions import ELECTRICITY
from routeopt.regulations import ets_share, is_transshipment_port, rule

_GRID_PRICES_KM = "electricity is priced by the country of each km"


def check_factors(tables: Tables) -> None:
    """Record every fault of toc, hoc, fuels and grid rows, and of what rests on them."""
    for row, values in tables.each("toc"):
        _toc_unit(tables, row, values)
        _basis(tables, row, values)
        _fuels(tables, row, values)
        _leak(tables, row, values)
    for row, values in tables.each("hoc"):
        if "wtt" not in row.cells and "ttw" not in row.cells:
            tables.faults.add(
                "E415", row.place("wtt"), "wtt and ttw: missing values; give at least one"
            )
        _fuels(tables, row, values)
        _leak(tables, row, values)
    _plugged_twice(tables)
    for row, _ in tables.each("fuels"):
        _fuel_id(tables, row)
    _grid_rows(tables)
    _bases(tables)
    used = tocs_in_use(tables)
    _refuelled(tables, used)
    _gwp(tables, used)
    _Electric(tables).check()
    if tables.settings.get("regulations.year") is not None:
        _Regulated(tables).check()


def _toc_unit(tables: Tables, row: Row, values: Values) -> None:
    """Record a row that does not give either intensities, or energy and fuel."""
    unit: str = values["unit"]
    by_energy = not unit.startswith("g/")
    given = [name for name in ("wtt", "ttw") if name in row.cells]
    if not by_energy:
        if not given:
            message = "wtt and ttw: missing values; give at least one"
            tables.faults.add("E415", row.place("wtt"), message)
        if "energy" in row.cells:
            message = f"energy: unit is {unit}; energy goes with kWh/… and MJ/…"
            tables.faults.add("E418", row.place("energy"), message, value=row.cells["energy"])
        return
    for column in given:
        message = (
            f"{column}: unit is {unit}; wtt and ttw go with g/…, they follow from the fuel here"
        )
        tables.faults.add("E418", row.place(column), message, value=row.cells[column])
    for name, what in (("energy", f"want the energy in {unit}"), ("fuel", "want what burns")):
        if name not in row.cells:
            message = f"{name}: missing value; unit is {unit}, {what}"
            tables.faults.add("E418", row.place(name), message)


def _basis(tables: Tables, row: Row, values: Values) -> None:
    basis = values["distance_basis"]
    if basis == "actual" and "daf" not in values:
        message = "daf: missing value; distance_basis is actual"
        tables.faults.add("E409", row.place("daf"), message)
    if basis != "actual" and "daf" in values:
        message = f"daf: distance_basis is {basis}; a daf goes with actual alone"
        tables.faults.add("E409", row.place("daf"), message, value=row.cells["daf"])


def _fuels(tables: Tables, row: Row, values: Values) -> None:
    """Record what burns and is no fuel."""
    known = tables.ids["fuels"].keys()
    for carrier, _ in values.get("fuel", ()):
        if carrier != ELECTRICITY and carrier not in known and "fuels" not in tables.lost:
            message = f"fuel: no fuel {shown(carrier)}"
            place = row.place("fuel")
            tables.faults.add("E311", place, message, value=carrier, known=[*known, ELECTRICITY])


def _fuel_id(tables: Tables, row: Row) -> None:
    """Record a fuel that no `fuel` cell could name."""
    if row.id == ELECTRICITY:
        message = f"id: {shown(row.id)} is priced by the grid table; this row would never count"
    elif len(row.id.split()) > 1 or ";" in row.id:
        message = f"id: want a fuel's id without spaces and ';', got {shown(row.id)}"
    else:
        return
    tables.faults.add("E314", row.place("id"), message, value=row.id)


def _leak(tables: Tables, row: Row, values: Values) -> None:
    agent = values.get("refrigerant")
    if agent is not None and "leak_g" not in row.cells:
        message = "leak_g: missing value; refrigerant is given"
        tables.faults.add("E419", row.place("leak_g"), message)
    if agent is None and values["leak_g"]:
        message = "refrigerant: missing value; leak_g is given"
        tables.faults.add("E419", row.place("refrigerant"), message)
    if agent is not None and agent not in tables.refrigerants:
        message = f"refrigerant: no refrigerant {shown(agent)}"
        place, known = row.place("refrigerant"), tables.refrigerants
        tables.faults.add("E312", place, message, value=agent, known=known)
    if agent is not None and values.get("gwp", "AR6") not in {"AR5", "AR6"}:
        message = f"gwp: a refrigerant has values for AR5 and AR6, got {shown(values['gwp'])}"
        tables.faults.add("E419", row.place("gwp"), message, value=values["gwp"])


def _plugged_twice(tables: Tables) -> None:
    """Warn of a reefer row that holds plug power and charges it by the hour too."""
    told: set[str] = set()
    for _, dry in tables.each("hoc"):
        id_ = dry.get("reefer", "")
        cold = tables.values("hoc", id_)
        if cold is None or cold is dry or not cold["plug_kw_per_teu"] or id_ in told:
            continue
        less, more = dry.get("wtt", 0.0), cold.get("wtt", 0.0)
        if dry["unit"] == cold["unit"] and more > less * (1 + 1e-9):
            told.add(id_)
            message = (
                f"plug_kw_per_teu: wtt is {more:g}, above the {less:g} of {shown(dry['id'])}: "
                "is plug power inside already?"
            )
            place = tables.ids["hoc"][id_].place("plug_kw_per_teu")
            tables.faults.add("W615", place, message)


def _grid_rows(tables: Tables) -> None:
    """Record grid rows of the same country, basis and year."""
    first: dict[tuple[object, ...], Row] = {}
    for row, values in tables.each("grid"):
        key = tuple(values[name] for name in KEY_OF["grid"])
        before = first.setdefault(key, row)
        if before is row:
            continue
        told = " ".join(map(str, key))
        where = before.where if before.file != row.file else f"line {before.line}"
        changed = (name for name in KEY_OF["grid"] if name in (row.spots or {}))
        place = row.place(next(changed, "country"))
        message = f"{told} stands twice in grid; first in {where}"
        tables.faults.add("E301", place, message, value=values["country"])


def _bases(tables: Tables) -> None:
    """Record a basis that no grid row has."""
    known = sorted({values["basis"] for _, values in tables.each("grid")})
    for index, basis in enumerate(tables.listed("grid.basis")):
        place = tables.settings.places.get(f"grid.basis[{index}]")
        if place is not None and basis not in known and "grid" not in tables.lost:
            message = f"grid.basis: no row of the grid table has the basis {shown(basis)}"
            tables.faults.add("E313", place, message, value=basis, known=known)


def usable_services(tables: Tables) -> Iterator[tuple[Row, Values]]:
    """Services that `avoid` leaves."""
    modes, services = tables.listed("avoid.modes"), set(tables.listed("avoid.services"))
    countries, closed = tables.listed("avoid.countries"), _closed(tables)
    for row, values in tables.each("services"):
        back = values["both_ways"] and f"{row.id}/back" not in services
        if values["mode"] in modes or (row.id in services and not back):
            continue
        if countries:
            zones = tables.country_km(values) or {}
            if any(km for zone, km in zones.items() if zone[:2] in countries):
                continue
        if values["from"] not in closed and values["to"] not in closed:
            yield row, values


def _closed(tables: Tables) -> set[str]:
    """Ids of terminals that `avoid` names, or whose country it names."""
    countries = tables.listed("avoid.countries")
    inside = {v["id"] for _, v in tables.each("terminals") if v["country"] in countries}
    return inside | set(tables.listed("avoid.terminals"))


def toc_columns(service: Values) -> tuple[str, ...]:
    """Columns of a service that name a TOC of some of its km."""
    unwired = any(service.get("unwired_km", {}).values())
    return ("toc", "toc_unwired") if unwired and "toc_unwired" in service else ("toc",)


def tocs_in_use(tables: Tables) -> set[str]:
    """Ids of the TOCs of services that `avoid` leaves, and of the reefer rows they name."""
    used = {
        values[column] for _, values in usable_services(tables) for column in toc_columns(values)
    }
    if "road" not in tables.listed("avoid.modes"):
        used |= {truck.row["toc"] for truck in tables.measured.trucks}
    if _carries_reefer(tables):
        rows = (tables.values("toc", id_) for id_ in used)
        used |= {row["reefer"] for row in rows if row is not None and "reefer" in row}
    return used


def _carries_reefer(tables: Tables) -> bool:
    return any(values["cargo"] == "reefer" for _, values in tables.each("shipments"))


def _refuelled(tables: Tables, used: set[str]) -> None:
    for row in tables.refuelled:
        if row.id in used:
            fuel = row.cells.get("fuel", "")
            message = (
                f"fuel of toc {shown(row.id)} is changed to {shown(fuel)}, "
                "but its intensity would still be the old fuel's: set wtt and ttw too, "
                "or use a row by energy (kWh/…, MJ/…)"
            )
            tables.faults.add("E416", row.place("fuel"), message, value=fuel)


def _gwp_sets(tables: Tables, id_: str) -> set[str]:
    """GWP100 sets behind a TOC: its own, or those of its fuels."""
    values = tables.values("toc", id_)
    if values is None:
        return set()
    leak = {values.get("gwp", "AR6")} if values["leak_g"] else set()
    if values["unit"].startswith("g/"):
        return leak | ({values["gwp"]} if "gwp" in values else set())
    rows = (tables.values("fuels", carrier) for carrier, _ in values.get("fuel", ()))
    return leak | {row["gwp"] for row in rows if row is not None and "gwp" in row}


def _gwp(tables: Tables, used: set[str]) -> None:
    sets: Counter[str] = Counter()
    for id_ in sorted(used):
        sets.update(_gwp_sets(tables, id_))
    if len(sets) > 1:
        told = ", ".join(f"{name} ({count})" for name, count in sorted(sets.items()))
        message = f"toc rows in use rest on different GWP100 sets: {told}"
        tables.faults.add("W607", Place(tables.faults.file), message)


class _Electric:
    """Electric legs and reefer plugs: the country of each km, and a grid row for it."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.reefer = _carries_reefer(tables)
        self.years: dict[str, dict[str, list[int]]] = {}
        for _, values in tables.each("grid"):
            of_country = self.years.setdefault(values["country"], {})
            of_country.setdefault(values["basis"], []).append(values["year"])
        self.wanted = tables.listed("grid.basis")
        known = {basis for of_country in self.years.values() for basis in of_country}
        self.answerable = "grid" not in tables.lost and bool(known & set(self.wanted))
        self.told: set[str] = set()
        self.bases: Counter[str] = Counter()
        self.electric: dict[str, bool] = {}

    def check(self) -> None:
        """Check all services for countries; what `avoid` leaves for grids."""
        for row, values in self.tables.each("services"):
            self._countries(row, values)
        for row, values in usable_services(self.tables):
            self._service(row, values)
        for truck in self.tables.measured.trucks:
            if self._is_electric(truck.row["toc"]):
                row = self.tables.ids["terminals"][truck.origin]
                for zone in truck.way.country_km:
                    self._country(zone, row, "country")
        closed = _closed(self.tables)
        for row, values in self.tables.each("terminals"):
            if row.id not in closed and self._plugs(values):
                self._country(values["country"], row, "country")
        if len(self.bases) > 1:
            told = ", ".join(f"{basis} ({n})" for basis, n in sorted(self.bases.items()))
            place = self.tables.settings.places.get("grid.basis", Place(self.tables.faults.file))
            message = f"electricity of different countries rests on different bases: {told}"
            self.tables.faults.add("W613", place, message)

    def _plugs(self, terminal: Values) -> bool:
        """Whether boxes that wait at a terminal draw power."""
        hoc = self.tables.values("hoc", self.tables.hoc(terminal) or "")
        if hoc is None or not self.reefer:
            return False
        cold = self.tables.values("hoc", hoc.get("reefer", ""))
        return cold is not None and cold["plug_kw_per_teu"] > 0

    def _is_electric(self, id_: str | None) -> bool:
        """Whether a TOC, or its reefer row where there is such cargo, takes electricity."""
        if id_ is None:
            return False
        known = self.electric.get(id_)
        if known is None:
            values = self.tables.values("toc", id_)
            cold = values.get("reefer") if values is not None and self.reefer else None
            rows = (values, self.tables.values("toc", cold or ""))
            known = self.electric[id_] = any(
                row is not None
                and not row["unit"].startswith("g/")
                and any(carrier == ELECTRICITY for carrier, _ in row.get("fuel", ()))
                for row in rows
            )
        return known

    def _countries(self, row: Row, values: Values) -> None:
        """Record an electric service that does not say in which countries its km lie."""
        if not self._is_electric(values["toc"]) or self.tables.country_km(values) is not None:
            return
        ends = [self.tables.values("terminals", values[end]) for end in ("from", "to")]
        if "distance_km" in values and None not in ends:
            message = (
                f"country_km: missing value; {shown(values['toc'])} is electric, "
                f"and {_GRID_PRICES_KM}"
            )
            self.tables.faults.add("E420", row.place("country_km"), message)

    def _service(self, row: Row, values: Values) -> None:
        unwired: Mapping[str, float] = values.get("unwired_km", {})
        if self._is_electric(values["toc"]):
            km = self.tables.country_km(values) or {}
            wired = [zone for zone, part in km.items() if part > unwired.get(zone, 0.0)]
            whole = sum(unwired.values()) < values.get("distance_km", 0.0) * (1 - 1e-9)
            for zone in (wired or km) if whole else ():  # a wire that lacks all km but a rest
                self._country(zone, row, "country_km")
        if self._is_electric(values.get("toc_unwired")):
            for zone, part in unwired.items():
                if part:
                    self._country(zone, row, "unwired_km")

    def _country(self, zone: str, row: Row, column: str) -> None:
        """Record that a country has no row of the bases asked for, or none of the year."""
        tables = self.tables
        if zone in self.told or not self.answerable:
            return
        self.told.add(zone)
        of_country = self.years.get(zone, {})
        basis = next((each for each in self.wanted if each in of_country), None)
        if basis is None:
            wanted = " or ".join(self.wanted)
            message = f"no grid row of basis {wanted} for {zone}{self._hint(zone, of_country)}"
            tables.faults.add("E313", row.place(column), message, value=zone)
            return
        self.bases[basis] += 1
        year: int = tables.settings.get("grid.year")
        near = min(of_country[basis], key=lambda each: (abs(each - year), -each))
        if near != year:
            place = tables.settings.places.get("grid.year", Place(tables.faults.file))
            message = f"the grid table has no {basis} of {zone} in {year}: {near} counts"
            tables.faults.add("W612", place, message, value=str(year))

    def _hint(self, zone: str, of_country: Mapping[str, list[int]]) -> str:
        if of_country:
            told = ", ".join(f"{basis} {max(years)}" for basis, years in of_country.items())
            return f"; it has {told}"
        near = [zone[:2]] if zone[:2] in self.years else get_close_matches(zone, self.years, n=1)
        return f"; the nearest that has rows is {near[0]}" if near else ""


class _Regulated:
    """What `regulations` need to know of ships and their fuels."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        get = tables.settings.get
        self.year: int = get("regulations.year")
        self.ets = bool(get("regulations.eu_ets_eur_per_t")) and ets_share(self.year) > 0
        self.fueleu = bool(get("regulations.fueleu")) and rule("fueleu_limit", self.year) > 0
        self.own = get("regulations.surcharge") == "own"
        self.ets2 = bool(get("regulations.ets2_eur_per_t")) and rule("ets2", self.year) > 0
        self.charges_ships = self.own and (
            bool(get("regulations.eu_ets_eur_per_t")) or bool(get("regulations.fueleu"))
        )
        self.reefer = _carries_reefer(tables)
        self.told: set[str] = set()

    def check(self) -> None:
        """Check each sea service that may be used; road where ETS2 counts."""
        for row, values in usable_services(self.tables):
            if values["mode"] == "sea" and self.charges_ships:
                for column in toc_columns(values):
                    self._ship(row, values, column)
            if values["mode"] == "road" and self.ets2:
                self._truck(row, values)

    def _truck(self, row: Row, values: Values) -> None:
        if "distance_km" in values and self.tables.country_km(values) is None:
            message = (
                "country_km: not given; where either end lies in the EEA, "
                "ETS2 is charged on the whole way"
            )
            self.tables.faults.add("W616", row.place("country_km"), message)

    def _ship(self, row: Row, values: Values, column: str) -> None:
        """Check the TOC of a ship, and its reefer row where there is such cargo."""
        toc = self.tables.values("toc", values[column])
        cold = toc.get("reefer") if toc is not None and self.reefer else None
        ids = dict.fromkeys(id_ for id_ in (values[column], cold) if id_ is not None)
        for id_ in ids:
            toc = self.tables.values("toc", id_)
            if toc is None:
                continue
            if toc["unit"].startswith("g/") and not self._energy_known(toc):
                message = (
                    f"{column}: {shown(id_)} gives intensities and no fuel from which the energy "
                    "could be told, which EU ETS and FuelEU need: name its fuel"
                )
                self.tables.faults.add("E421", row.place(column), message, value=id_)
            self._shared(row, values, column, id_)
            for carrier, _ in toc.get("fuel", ()):
                self._fuel(carrier)

    def _shared(self, row: Row, values: Values, column: str, id_: str) -> None:
        """Record a ship per vehicle-km whose coverage depends on the legs beside it."""
        toc = self.tables.values("toc", id_)
        ends = (values["from"], values["to"])
        scheduled = not values["departures"].on_demand
        by_vehicle = toc is not None and toc["unit"].endswith("vehiclekm")
        if by_vehicle and scheduled and any(map(is_transshipment_port, ends)):
            message = (
                f"{column}: {shown(id_)} counts per vehicle-km, which a scheduled ship "
                "from or to a transshipment port can't share under EU ETS and FuelEU: "
                "use a row per tonne-km or TEU-km"
            )
            self.tables.faults.add("E422", row.place(column), message, value=id_)

    def _fuel(self, carrier: str) -> None:
        """Warn once of a fuel where other values stand in for those of the rules."""
        row = self.tables.ids["fuels"].get(carrier)
        if row is None or row.values is None or carrier in self.told:
            return
        self.told.add(carrier)
        gases = ["ets_ch4_kg_per_kg", "ets_n2o_kg_per_kg"]
        by_mass = "ets_co2_kg_per_kg" in row.cells and "lhv_mj_per_kg" in row.cells
        needed = []
        if self.ets:
            needed += ["ets_co2_kg_per_kg", "lhv_mj_per_kg"]
        if self.fueleu:
            needed += ["fueleu_wtt_g_per_mj", "fueleu_ttw_g_per_mj"]
        self._missing(row, needed, "its wtt and ttw count instead")
        if self.ets and by_mass and rule("ets_gwp_ch4", self.year):
            self._missing(row, gases, "EU ETS counts none")

    def _missing(self, row: Row, needed: Sequence[str], then: str) -> None:
        names = [name for name in needed if name not in row.cells]
        if names:
            message = f"{', '.join(names)}: not given for {shown(row.id)}, which ships burn: {then}"
            self.tables.faults.add("W614", row.place(names[0]), message, value=row.id)

    def _energy_known(self, toc: Values) -> bool:
        """Whether what burns tells the energy; a fault of its name is told elsewhere."""
        carriers = [carrier for carrier, _ in toc.get("fuel", ())]
        rows = [self.tables.values("fuels", each) for each in carriers if each != ELECTRICITY]
        electric = bool(carriers) and not rows
        return electric or any(row is None or row["ttw_g_per_mj"] > 0 for row in rows)
