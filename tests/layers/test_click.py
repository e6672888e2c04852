"""What the browser says was clicked is believed only when it reads as one of ours."""

from typing import Any

import pytest

from layers.click import Clicked, clicked


def drawing(**properties: Any) -> dict[str, Any]:
    return {"last_active_drawing": {"type": "Feature", "properties": properties}}


def test_a_click_on_a_house_names_it() -> None:
    assert clicked(drawing(kind="house", id="320581", clicked_at=17)) == Clicked("house", "320581", 17)


@pytest.mark.parametrize(
    "returned",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": "house"},
        {"last_active_drawing": {"properties": []}},
        drawing(kind="house", id="1' OR 1=1", clicked_at=1),
        drawing(kind="house", id=5, clicked_at=1),
        drawing(kind="house", id="5" * 65, clicked_at=1),
        drawing(kind="account", id="5", clicked_at=1),
        drawing(kind="house", id="5"),
        drawing(kind=["house"], id="5", clicked_at=1),
    ],
)
def test_anything_else_is_no_click(returned: Any) -> None:
    assert clicked(returned) is None
