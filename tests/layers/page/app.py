"""The smallest app a map stands in: one page, the served folders beside it."""

from pathlib import Path

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from layers.assets import asset_route_dirs

app = st.App(
    Path(__file__).parent / "main.py",
    routes=[Mount(url, StaticFiles(directory=folder)) for url, folder in asset_route_dirs().items()],
)
