"""The front door: pages, routes and the gate before both, composed into one ASGI app."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from api.gate import Gate
from api.routes import lifespan, routes

app = st.App(
    Path(__file__).parent / "ui" / "start" / "main.py",
    routes=routes(),
    lifespan=lifespan,
    middleware=[Middleware(Gate)],
)
