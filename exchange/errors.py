"""What the counter refuses as a whole file; a single bad row is a ``Problem``, never one of these."""

from gis.errors import AnjuError


class ExchangeError(AnjuError):
    """The file cannot be taken in."""


class MissingFile(ExchangeError):
    """There is no file {name}."""


class EmptyFile(ExchangeError):
    """{name} is empty."""


class HeaderOnly(ExchangeError):
    """{name} holds a header and no row."""


class UnknownFormat(ExchangeError):
    """{name} is not .xlsx, .xls, .csv, .gpkg, .geojson or a zipped .shp."""


class WebPageInDisguise(ExchangeError):
    """{name} is a web page saved under a spreadsheet's name."""


class DamagedFile(ExchangeError):
    """{name} is damaged and cannot be opened: {detail}."""


class PasswordProtected(ExchangeError):
    """{name} is protected with a password."""


class FileTooLarge(ExchangeError):
    """{name} is {size_mb} MB; at most {limit_mb} MB are taken at once."""


class ZipBomb(ExchangeError):
    """{name} unpacks to {unpacked_mb} MB from {packed_mb} MB; it was not unpacked."""


class TooManyColumns(ExchangeError):
    """{name} has {count} columns; at most {limit} are read."""


class TooManyCells(ExchangeError):
    """{name} spans {rows} rows by {columns} columns; at most {limit} cells are read."""


class DuplicateHeaders(ExchangeError):
    """{name} has more than one column called {header}."""


class WrongEncoding(ExchangeError):
    """{name} is neither UTF-8 nor GB18030: row {row} cannot be read."""


class SheetMissing(ExchangeError):
    """{name} has no sheet {sheet}; it has {sheets}."""


class NothingRecognised(ExchangeError):
    """No column of {name} says where a house is; its columns are {headers}."""


class ColumnsMissing(ExchangeError):
    """{name} has no column {columns}; its columns are {headers}."""


class MappingInvalid(ExchangeError):
    """The mapping {name} cannot be used: {detail}."""


class UnknownOutput(ExchangeError):
    """{name} is not .xlsx, .csv, .geojson or .gpkg."""


class DefaultVillageUnknown(ExchangeError):
    """The village {code} named for rows that say none is no village of {county} where houses are coded."""


class NotText(ExchangeError):
    """{name} is no text; save it as CSV (UTF-8)."""


class CannotWrite(ExchangeError):
    """{name} cannot be written: {detail}."""


class NoStreets(ExchangeError):
    """{name} holds no street in the county; take an extract that covers it."""
