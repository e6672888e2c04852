"""Two surveys of one block: what was drawn anew is nothing, what was built is found with its square metres."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

from benchmarks.invented.second_survey import Hand, second_survey
from gis.addition import Certainty, Kind, storeys_added
from gis.footprints import Comparison, NoFootprintsError, compare, same_part
from gis.frame import FrameWithoutCrsError
from gis.survey_fit import SurveysApartError

PLANE = "EPSG:4549"
EAST, NORTH = 476_300.0, 3_502_800.0
Shapes = list[shapely.Geometry]


def block(seed: int = 7, rows: int = 6) -> Shapes:
    """Detached houses, rows of three that share walls, one L and one with a yard."""
    rng = np.random.default_rng(seed)
    shapes: Shapes = []
    for row in range(rows):
        for column in range(6):
            x, y = EAST + 34 * column + rng.uniform(-3, 3), NORTH + 31 * row + rng.uniform(-3, 3)
            wide, deep = rng.uniform(9, 15), rng.uniform(8, 13)
            if column == 2:
                shapes += [box(x + 6 * n, y, x + 6 * n + 6, y + deep) for n in range(3)]
            elif column == 4:
                shapes.append(box(x, y, x + 16, y + 14) - box(x + 9, y + 7, x + 16, y + 14))
            elif column == 5:
                shapes.append(box(x, y, x + 18, y + 16) - box(x + 6, y + 5, x + 12, y + 11))
            else:
                shapes.append(affinity.rotate(box(x, y, x + wide, y + deep), float(rng.uniform(-20, 20))))
    return shapes


def survey(shapes: Shapes, crs: str = "EPSG:4490", **columns: list[float]) -> gpd.GeoDataFrame:
    """A survey as it comes from a file."""
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=PLANE).to_crs(crs)


def drawn(shapes: Shapes, seed: int = 0, **changed: float | tuple[float, float]) -> Shapes:
    """The same buildings by another hand."""
    return second_survey(shapes, [float("nan")] * len(shapes), seed=seed, changed=0.0, hand=Hand(**changed))[0].shapes  # type: ignore[arg-type]


def told(found: Comparison) -> list[tuple[str, float]]:
    """Kind and square metres of every candidate."""
    return [(str(row.kind), float(row.added_m2)) for row in found.candidates.itertuples()]


def built_on(shapes: Shapes, number: int, *, wide: float, deep: float) -> tuple[Shapes, float]:
    """The block with a rectangle of that size put to the longest wall of one detached house, and its square metres."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shapely.orient_polygons(shapes[number])))
    start, stop = max(pairwise(ring), key=lambda ends: float(np.hypot(*(ends[1] - ends[0]))))
    along = (stop - start) / np.hypot(*(stop - start))
    out = np.array([along[1], -along[0]])
    start = start + along * 1.0
    part = shapely.Polygon([start - out * 0.01, start + out * deep, start + out * deep + along * wide,
                            start + along * wide - out * 0.01])  # fmt: skip
    whole = [*shapes]
    whole[number] = shapely.union(shapes[number], part)
    return whole, float(whole[number].area - shapes[number].area)


@settings(max_examples=12, deadline=None)
@given(
    east=st.floats(-8, 8), north=st.floats(-8, 8), turn=st.floats(-0.1, 0.1), stretch=st.floats(0.999, 1.001),
    seed=st.integers(0, 10_000),
)  # fmt: skip
def test_a_survey_that_is_only_shifted_and_drawn_anew_has_no_candidate(
    east: float, north: float, turn: float, stretch: float, seed: int
) -> None:
    shapes = block()
    again = drawn(shapes, seed, shift_m=(east, north), turn_degrees=turn, stretch=stretch, corner_m=0.1, jitter_m=0.25)
    found = compare(survey(shapes), survey(again))
    assert told(found) == []
    assert found.residual_m < 0.3


@settings(max_examples=12, deadline=None)
@given(
    number=st.sampled_from([0, 1, 8, 9, 16]), wide=st.floats(4, 7.5), deep=st.floats(2.2, 6), seed=st.integers(0, 999)
)
def test_what_was_built_on_is_found_with_its_square_metres(number: int, wide: float, deep: float, seed: int) -> None:
    shapes = block()
    whole, m2 = built_on(shapes, number, wide=wide, deep=deep)
    again = drawn(whole, seed, corner_m=0.05, eaves=0.0, simplified=0.0, split=0.0, merged=0.0, twice=0.0)
    found = compare(survey(shapes), survey(again))
    assert [kind for kind, _ in told(found)] == [Kind.EXTENSION]
    assert told(found)[0][1] == pytest.approx(m2, rel=0.15, abs=1.5)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:4549", "EPSG:32651"])
def test_the_order_of_corners_and_rows_doubles_and_the_crs_change_nothing(crs: str) -> None:
    shapes = block()
    whole, _ = built_on(shapes, 9, wide=6, deep=3)
    again = drawn(whole, 3)
    plain = compare(survey(shapes), survey(again))
    turned = [shapely.reverse(affinity.translate(one)) for one in reversed(again)]
    other = compare(survey(shapes[::-1] + shapes[:5], crs), survey(turned + turned[:9], crs))
    assert [kind for kind, _ in told(other)] == [kind for kind, _ in told(plain)] == [Kind.EXTENSION]
    assert told(other)[0][1] == pytest.approx(told(plain)[0][1], rel=0.02)


def test_eaves_drawn_all_around_every_building_are_no_addition() -> None:
    shapes = block()
    found = compare(survey(shapes), survey(drawn(shapes, 1, eaves=1.0, eaves_m=0.7, simplified=0.0, densified=0.0)))
    assert told(found) == []
    assert found.growth_m == pytest.approx(0.7, abs=0.1)


def test_buildings_split_merged_and_drawn_twice_are_no_addition() -> None:
    shapes = block()
    assert told(compare(survey(shapes), survey(drawn(shapes, 2, split=0.5, merged=0.5, twice=0.5)))) == []


def test_a_filled_yard_a_hut_and_a_new_storey_are_told_apart() -> None:
    shapes = block()
    yard = next(at for at, one in enumerate(shapes) if len(one.interiors))  # type: ignore[attr-defined]
    heights = [6.0] * len(shapes)
    after = [*shapes, box(EAST + 22, NORTH + 16, EAST + 27, NORTH + 20)]
    after[yard] = shapely.Polygon(shapely.get_exterior_ring(shapes[yard]))
    higher = [6.0 + 3.1 * (at == 1) for at in range(len(shapes))] + [3.0]
    found = compare(
        survey(shapes, height_m=heights),
        survey([affinity.translate(one, 2.5, -1.5) for one in after], height_m=higher),
    )
    kinds = dict(told(found))
    assert kinds == {
        Kind.COURTYARD: pytest.approx(36, abs=0.5), Kind.NEW_BUILDING: pytest.approx(20, abs=0.5),
        Kind.STOREY: pytest.approx(shapes[1].area, rel=0.05),
    }  # fmt: skip
    new = found.candidates.set_index("kind").loc[Kind.NEW_BUILDING]
    assert new["old_outline"] is None
    assert new["certainty"] == Certainty.CLEAR
    assert found.fit.residual_m < 0.1


def test_what_was_pulled_down_is_counted_and_no_candidate() -> None:
    shapes = block()
    found = compare(survey(shapes), survey(drawn(shapes[1:-1], 4)))
    assert told(found) == []
    assert found.gone == 2


def test_ground_the_first_survey_never_saw_is_counted_apart() -> None:
    shapes = block()
    far = [affinity.translate(one, 0, 600) for one in shapes[:10]]
    found = compare(survey(shapes), survey(shapes + far))
    assert told(found) == []
    assert found.outside == 10


def test_a_dismissed_outline_is_known_again_and_another_one_is_not() -> None:
    part = box(EAST, NORTH, EAST + 6, NORTH + 3)
    one, again, other, far = survey(
        [part, affinity.translate(part, 1.2, -0.8), box(EAST, NORTH, EAST + 6, NORTH + 9),
         affinity.translate(part, 12, 0)]
    ).geometry  # fmt: skip
    assert same_part(one, again)
    assert not same_part(one, other)
    assert not same_part(one, far)


@settings(max_examples=40)
@given(rise=st.floats(-3, 25), datum=st.floats(-5, 5))
def test_storeys_follow_the_rise_and_not_the_datum(rise: float, datum: float) -> None:
    old = np.full(40, 9.0)
    new = old + datum
    new[0] += rise
    count, _ = storeys_added((old, new), (np.full(40, np.nan), np.full(40, np.nan)))
    assert count[1:].sum() == 0
    assert (count[0] > 0) == (new[0] - old[0] - (new[1] - old[1]) >= 2.2)


def test_surveys_that_cannot_be_compared_are_refused() -> None:
    shapes = block()
    bare = survey(shapes)
    bare = gpd.GeoDataFrame(geometry=list(bare.geometry))
    with pytest.raises(FrameWithoutCrsError):
        compare(bare, survey(shapes))
    with pytest.raises(FrameWithoutCrsError):
        compare(survey(shapes), bare)
    with pytest.raises(NoFootprintsError):
        compare(survey(shapes), survey([]))
    with pytest.raises(SurveysApartError):
        compare(survey(shapes), survey([affinity.translate(one, 900, 0) for one in shapes]))
