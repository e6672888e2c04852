"""Links that lead to a place in a phone's map program, each in the datum that the program counts in."""

from enum import StrEnum
from math import isfinite
from urllib.parse import quote, urlencode

from gis.crs import BD09, GCJ02, STORAGE, WGS84, convert
from gis.errors import AnjuError
from gis.travel import Mode

DECIMALS = 6
SOURCE = "anju-grid"


class NowhereError(AnjuError):
    """Longitude {lon} and latitude {lat} are no place that a map can lead to."""


class MapApp(StrEnum):
    """Programs that a link can open; ``GEO`` is whatever the phone opens ``geo:`` with."""

    AMAP = "amap"
    BAIDU = "baidu"
    TENCENT = "tencent"
    APPLE = "apple"
    GEO = "geo"


DATUM = {MapApp.AMAP: GCJ02, MapApp.BAIDU: BD09, MapApp.TENCENT: GCJ02, MapApp.APPLE: GCJ02, MapApp.GEO: WGS84}
"""What each program takes a bare pair of degrees for. Apple draws mainland China from AutoNavi's data, in GCJ-02."""

_AMAP = {Mode.WALK: "walk", Mode.EBIKE: "ride", Mode.CAR: "car"}
_TENCENT = {Mode.WALK: "walk", Mode.EBIKE: "bike", Mode.CAR: "drive"}
_APPLE = {Mode.WALK: "w", Mode.EBIKE: "c", Mode.CAR: "d"}


def map_link(app: MapApp, lon: float, lat: float, *, name: str, mode: Mode = Mode.EBIKE) -> str:
    """Return the address that opens ``app`` at a place.

    Parameters
    ----------
    lon, lat
        Degrees in EPSG:4490 (CGCS2000), as stored.
    name
        What the program writes beside the place. The link leaves the house: hand in a number, never an address.
    mode
        How the way there is to be made, where the program takes it.

    Raises
    ------
    NowhereError
        For degrees that are not finite or out of range.
    """
    x, y = (float(value) for value in convert(lon, lat, source=STORAGE, target=DATUM[app]))
    if not (isfinite(x) and isfinite(y) and abs(lon) <= 180 and abs(lat) <= 90):
        raise NowhereError(lon=lon, lat=lat)
    east, north = f"{x:.{DECIMALS}f}", f"{y:.{DECIMALS}f}"
    if app is MapApp.GEO:
        return f"geo:{north},{east}"
    head, fields = _web(app, east, north, name, mode)
    return f"{head}?{urlencode(fields, quote_via=quote, safe=',:')}"


def _web(app: MapApp, east: str, north: str, name: str, mode: Mode) -> tuple[str, dict[str, str]]:
    label = name.replace(",", " ").replace(";", " ").replace(":", " ")
    if app is MapApp.AMAP:
        to = {"to": f"{east},{north},{label}", "mode": _AMAP[mode], "coordinate": "gaode", "callnative": "1"}
        return "https://uri.amap.com/navigation", to | {"src": SOURCE}
    if app is MapApp.BAIDU:
        to = {"location": f"{north},{east}", "title": label, "content": label, "coord_type": "bd09ll"}
        return "https://api.map.baidu.com/marker", to | {"output": "html", "src": SOURCE}
    if app is MapApp.TENCENT:
        to = {"type": _TENCENT[mode], "to": label, "tocoord": f"{north},{east}"}
        return "https://apis.map.qq.com/uri/v1/routeplan", to | {"referer": SOURCE}
    return "https://maps.apple.com/", {"daddr": f"{north},{east}", "dirflg": _APPLE[mode]}
