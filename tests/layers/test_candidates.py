"""An address in question on the map: numbers, circles, the row's own point, and where to look."""

import geopandas as gpd
import pytest

from gis.frame import FrameError
from layers import click
from layers.candidates import candidates, opening
from tests.layers.test_layers import specs


def frame(n: int, *, text: str = "聚沙村8号") -> gpd.GeoDataFrame:
    rows = {"number": range(1, n + 1), "text": [text] * n, "uncertainty_m": [30.0] * n}
    return gpd.GeoDataFrame(
        rows, geometry=gpd.points_from_xy([120.9 + k / 1e3 for k in range(n)], [31.7] * n), crs=4490
    )


def test_each_candidate_has_its_number_and_the_one_in_hand_lies_on_top() -> None:
    *_, drawn = specs(candidates(frame(3), chosen=2))
    assert [row["id"] for row in drawn["rows"]] == ["1", "2", "3"]
    assert max(drawn["rows"], key=lambda row: row["z"])["id"] == "2"


def test_the_circle_of_uncertainty_is_as_wide_as_its_metres() -> None:
    circles, *_ = specs(candidates(frame(1)))
    (ring,) = circles["rows"][0]["rings"][0]
    north = max(lat for lat, _ in ring) - 31.7
    assert north * 111_320 == pytest.approx(30, abs=0.2)


def test_the_rows_own_point_is_joined_to_the_candidate_in_hand() -> None:
    found = specs(candidates(frame(2), own=(120.95, 31.71), chosen=1))
    (line,) = [spec for spec in found if spec["draw"] == "line"]
    assert line["points"] == [[31.71, 120.95], [31.7, 120.9]]


def test_no_candidates_are_no_error_and_another_crs_is() -> None:
    assert specs(candidates(frame(0)))[-1]["rows"] == []
    with pytest.raises(FrameError):
        candidates(frame(1).to_crs(4549))


def test_a_text_that_attacks_stands_in_the_card_as_text() -> None:
    *_, drawn = specs(candidates(frame(1, text="<img src=x onerror=alert(1)>")))
    assert "<img" not in drawn["rows"][0]["card"]


def test_the_map_opens_where_all_points_are_seen_and_never_closer_than_a_street() -> None:
    assert opening([(120.9, 31.7)], width_px=440, height_px=380)[2] == 17
    lon, lat, zoom = opening([(120.8, 31.6), (121.0, 31.8)], width_px=440, height_px=380)
    assert (lon, lat) == pytest.approx((120.9, 31.7))
    assert 440 / (256 * 2**zoom / 360) > 0.2
    assert zoom >= 9


@pytest.mark.parametrize("sent", [None, {}, {"last_clicked": None}, {"last_clicked": {"lat": "x", "lng": 1}},
                                  {"last_clicked": {"lat": 95, "lng": 120}}])  # fmt: skip
def test_what_is_no_place_is_no_click(sent: object) -> None:
    assert click.spot(sent) is None  # type: ignore[arg-type]
    assert click.spot({"last_clicked": {"lat": 31.7, "lng": 120.9}}) == (120.9, 31.7)
