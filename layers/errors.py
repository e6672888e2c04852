"""What the map refuses to draw."""

from gis.errors import AnjuError


class TooManyHousesError(AnjuError):
    """{count} houses are more than the {limit} that can be drawn one by one; use house_tiles()."""


class MapFrameError(AnjuError):
    """The frame for the layer "{layer}" cannot be drawn: {reason}."""


class MapPlaceError(AnjuError):
    """The map has no place to open at: {reason}."""


class MapUrlError(AnjuError):
    """Not a local path a map may fetch from: {url}."""


class UnknownColourError(AnjuError):
    """No such colour or clock: {colour}; known: {known}."""
