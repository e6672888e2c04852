"""The labels as small numbers, for the inner loops of reading: no call to compare, divisions by rank."""

from gis.address.parts import Label

LABELS = (
    Label.COUNTRY, Label.PROV, Label.CITY, Label.DISTRICT, Label.DEVZONE, Label.TOWN, Label.COMMUNITY,
    Label.ROAD, Label.ROAD, Label.SUBROAD, Label.ROADNO, Label.SUBROADNO, Label.POI, Label.SUBPOI,
    Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO,
    Label.ASSIST, Label.REDUNDANT, Label.PHONE, Label.PERSON,
)  # fmt: skip
"""A label by its mark; a villagers' group is labelled as a road, but no lane branches off it."""

(
    COUNTRY, PROV, CITY, DISTRICT, DEVZONE, TOWN, COMMUNITY,
    GROUP, ROAD, SUBROAD, ROADNO, SUBROADNO, POI, SUBPOI,
    HOUSENO, CELLNO, FLOORNO, ROOMNO,
    ASSIST, REDUNDANT, PHONE, PERSON,
) = range(len(LABELS))  # fmt: skip

NOTHING = -1
"""Before the first part."""

Marked = tuple[int, int, int]
"""Start, end and mark of a part."""
