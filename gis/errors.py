"""The base of every error the product raises on purpose."""

from typing import Any


class AnjuError(Exception):
    """Something the product refuses to do."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        template = (type(self).__doc__ or type(self).__name__).strip().splitlines()[0]
        try:
            message = template.format(**fields)
        except (KeyError, IndexError):
            message = template
        super().__init__(message)
