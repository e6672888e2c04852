"""The folium elements that hand a layer's data to our own map script.

folium writes one JavaScript statement per marker and popups as template literals; a layer here is one
statement with one JSON value, written by ``layers.escape``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from layers import escape


class Drawing(MacroElement):  # type: ignore[misc]
    """One call of ``anju.draw`` inside a feature group."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            anju.draw({{ this._parent.get_name() }}, {{ this.spec }});
        {% endmacro %}
    """)

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "Drawing"
        self.spec = escape.js_value(dict(spec))


class Legend(MacroElement):  # type: ignore[misc]
    """A legend that comes and goes with its feature group."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            anju.legend({{ this._parent.get_name() }}, {{ this.html }});
        {% endmacro %}
    """)

    def __init__(self, html: str) -> None:
        super().__init__()
        self._name = "Legend"
        self.html = escape.js_value(html)


class Beginning(MacroElement):  # type: ignore[misc]
    """The first statement after a map exists: tokens, scale, opening view."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            anju.begin({{ this._parent.get_name() }}, {{ this.spec }});
        {% endmacro %}
    """)

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "Beginning"
        self.spec = escape.js_value(dict(spec))


def group(name: str, parts: Iterable[MacroElement], /) -> folium.FeatureGroup:
    """A feature group holding the parts; the name shows in a layer list only, and is escaped."""
    made = folium.FeatureGroup(name=escape.html(name), control=False)
    for part in parts:
        made.add_child(part)
    return made
