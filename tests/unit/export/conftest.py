from __future__ import annotations

from typing import Any

import pytest

from routeopt.export.model import Facts
from routeopt.export.tables import tables
from tests import seacase
from tests.exportfacts import cells, facts_of


@pytest.fixture(scope="session")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(seacase.write(tmp_path_factory.mktemp("export") / "sea"))


@pytest.fixture(scope="session")
def made(sea: Facts) -> dict[str, list[dict[str, Any]]]:
    """Rows of each table."""
    return {table.name: cells(table) for table in tables(sea)}
