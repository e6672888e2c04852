"""A file that somebody hands over: the drop field in their language, and the file kept aside while it is worked on."""

import re
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from db import settings
from ui.state import View

_ODD = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
_FOLDER = "upload_folder"
PHOTO_TYPES = ["jpg", "jpeg", "png", "webp"]


def uploader(view: View, label: str, *, types: list[str], key: str) -> Any:
    """The drop field; what is handed in, or None. Streamlit's own English words are put in the reader's language."""
    hint = view.say("upload.hint", types=" ".join(f".{one}" for one in types))
    st.html(f"<style>{_dress(view.say('upload.drop'), view.say('upload.browse'), hint)}</style>")
    return st.file_uploader(label, type=types, key=key, label_visibility="collapsed")


def photos(view: View, label: str, *, key: str, many: bool = False) -> list[Any]:
    """The field for photos, which opens the camera on a phone; what was handed in."""
    st.html(f"<style>{_dress(view.say('upload.drop_photo'), view.say('upload.take'), '')}</style>")
    given = st.file_uploader(label, type=PHOTO_TYPES, key=key, accept_multiple_files=many)
    return given if isinstance(given, list) else [given] if given is not None else []


def _dress(drop: str, browse: str, hint: str) -> str:
    zone = '[data-testid="stFileUploaderDropzone"]'
    told = f'{zone} [data-testid="stFileUploaderDropzoneInstructions"]'
    button = f'{zone} [data-testid="stBaseButton-secondary"]'
    return (
        f"{told} > * {{ display: none !important; }} {told}::before {{ content: {_css(drop)}; color: var(--ink); }}"
        f" {told}::after {{ content: {_css(hint)}; color: var(--muted); font-size: 13px; margin-left: 10px; }}"
        f" {button} {{ min-height: 44px; }} {button} > * {{ display: none !important; }}"
        f" {button}::after {{ content: {_css(browse)}; font-size: 15px; }}"
    )


def _css(text: str) -> str:
    """A text of the catalogue as a CSS string inside a style element."""
    plain = (char if char.isalnum() or char in " ./" else f"\\{ord(char):x} " for char in text)
    return f'"{"".join(plain)}"'


def kept(given: Any) -> Path:
    """The handed-in file on disk, under its own name, in a folder that goes when the session does."""
    folder = st.session_state.get(_FOLDER)
    if folder is None:
        settings.upload_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = st.session_state[_FOLDER] = tempfile.TemporaryDirectory(dir=settings.upload_dir())
    path = Path(folder.name) / re.sub(r"\W", "", str(given.file_id))[:64] / safe_name(given.name)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(given.getbuffer())
    return path


def safe_name(name: str) -> str:
    """A file name without what a path, a console or a page could take for something else; its ending stays."""
    bare = _ODD.sub("_", name).strip(". ") or "file"
    return bare if len(bare.encode()) <= 180 else f"{bare[:40]}{Path(bare).suffix[:10]}"
