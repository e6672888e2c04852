"""What other people wrote is what they published, with its licence beside it."""

import hashlib
import re
from pathlib import Path

import pytest

from layers.assets import VENDOR_DIR, asset_route_dirs, manifest, map_css, map_js

ROOT = Path(__file__).resolve().parents[2]
OURS = {"manifest.toml", "README.md"}


def vendored() -> dict[str, Path]:
    return {
        str(file.relative_to(VENDOR_DIR)): file
        for file in VENDOR_DIR.rglob("*")
        if file.is_file() and file.name not in OURS
    }


def test_the_manifest_names_exactly_the_vendored_files() -> None:
    assert set(manifest()) == set(vendored())


@pytest.mark.parametrize("name", sorted(manifest()))
def test_a_vendored_file_is_unchanged_and_small(name: str) -> None:
    content = vendored()[name].read_bytes()
    assert hashlib.sha256(content).hexdigest() == manifest()[name]
    assert 0 < len(content) < 3_000_000


def test_every_package_brings_its_licence_and_is_listed() -> None:
    listed = (VENDOR_DIR / "README.md").read_text(encoding="utf-8")
    for package in (folder for folder in VENDOR_DIR.iterdir() if folder.is_dir()):
        assert (package / "LICENSE").stat().st_size > 200
        assert f"`{package.name}/" in listed


def test_no_vendored_script_points_to_a_source_map() -> None:
    for file in VENDOR_DIR.rglob("*.[jc]s*"):
        assert "sourceMappingURL" not in file.read_text(encoding="utf-8"), file.name


def test_the_vendoring_script_names_packages_and_no_host() -> None:
    script = (ROOT / "tools" / "vendor.sh").read_text(encoding="utf-8")
    assert not re.search(r"https?:|registry\.|//[a-z0-9-]+\.[a-z]{2,}", script)
    for folder in (entry.name for entry in VENDOR_DIR.iterdir() if entry.is_dir()):
        assert folder in script


@pytest.mark.parametrize("url", [url for _, url in [*map_js(), *map_css()]])
def test_every_link_of_the_map_leads_to_a_served_file(url: str) -> None:
    path = url.split("?")[0]
    prefix = next(prefix for prefix in asset_route_dirs() if path.startswith(prefix + "/"))
    assert (asset_route_dirs()[prefix] / path.removeprefix(prefix + "/")).is_file()
