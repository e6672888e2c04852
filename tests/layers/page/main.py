"""A page with a map whose houses change while the map stays."""

import streamlit as st
from streamlit_folium import st_folium

from layers import houses
from layers.base import base_map
from layers.click import RETURNED, clicked
from tests.layers.frames import BOUNDS, LAYERS, house_frame, link

HOSTILE = "<img src=x onerror=window.top.pwned=1>`${window.top.pwned=1}`</script>{{ 7*7 }}{% x %}"

st.session_state.runs = st.session_state.get("runs", 0) + 1
count = 3 if st.button("three houses") else 1
groups = [LAYERS["grids"](HOSTILE), LAYERS["route"](HOSTILE), houses.houses(house_frame(count, HOSTILE), link=link)]
if st.query_params.get("page"):
    st.write("house page", st.query_params["code"])
returned = st_folium(
    base_map(BOUNDS, attribution=HOSTILE),
    key="map",
    height=420,
    use_container_width=True,
    returned_objects=list(RETURNED),
    feature_group_to_add=groups,
)
found = clicked(returned)
st.text(f"runs={st.session_state.runs} clicked={found.kind + ' ' + found.id if found else 'nothing'}")
