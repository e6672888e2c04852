"""The tables of divisions are read once before anything is timed."""

import pytest

from gis.address.parse import parse


@pytest.fixture(scope="session", autouse=True)
def tables_of_divisions() -> None:
    parse("常熟市梅李镇聚沙村1号")
