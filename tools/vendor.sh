#!/bin/sh
# Re-creates layers/vendor/ from npm packages: names, versions and licences are listed in layers/vendor/README.md.
# A changed file fails tests/layers/test_vendor.py until manifest.toml is written anew by this script.
set -eu

cd "$(dirname "$0")/.."
target="$PWD/layers/vendor"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

unpack() { # package version -> $work/<name>/package
    name="$(printf '%s' "$1" | tr -d '@' | tr '/' '-')"
    mkdir -p "$work/$name"
    tarball="$(cd "$work" && npm pack --silent "$1@$2" | tail -n 1)"
    tar -xzf "$work/$tarball" -C "$work/$name"
}

without_sourcemap() { # a map is for the package's own developers; its comment would be a dead link here
    sed 's|^//# sourceMappingURL=.*$||' "$1"
}

rm -rf "$target/leaflet-1.9.4" "$target/leaflet.vectorgrid-1.3.0"

unpack leaflet 1.9.4
out="$target/leaflet-1.9.4"
mkdir -p "$out/images"
without_sourcemap "$work/leaflet/package/dist/leaflet.js" > "$out/leaflet.js"
cp "$work/leaflet/package/dist/leaflet.css" "$out/leaflet.css"
cp "$work"/leaflet/package/dist/images/*.png "$out/images/"
cp "$work/leaflet/package/LICENSE" "$out/LICENSE"

unpack leaflet.vectorgrid 1.3.0
out="$target/leaflet.vectorgrid-1.3.0"
mkdir -p "$out"
without_sourcemap "$work/leaflet.vectorgrid/package/dist/Leaflet.VectorGrid.bundled.min.js" > "$out/Leaflet.VectorGrid.bundled.min.js"
# The package ships no licence file: its licence is the last part of its README.
sed -n '/^## Legalese/,$p' "$work/leaflet.vectorgrid/package/README.md" > "$out/LICENSE"

# What the bundle of leaflet.vectorgrid carries inside.
for carried in pbf@3.0.5@LICENSE ieee754@1.1.8@LICENSE vector-tile@1.3.0@LICENSE.txt @mapbox/point-geometry@0.1.0@LICENSE \
    topojson-client@2.1.0@LICENSE.md geojson-vt@2.2.0@LICENSE whatwg-fetch@2.0.3@LICENSE; do
    file="${carried##*@}"
    package="${carried%@*}"
    unpack "${package%@*}" "${package##*@}"
    cp "$work/$name/package/$file" "$out/LICENSE.$name"
done

find "$target" -type f ! -name manifest.toml ! -name README.md -exec chmod 644 {} +
(
    echo "# sha256 of every vendored file; written by tools/vendor.sh."
    echo "[files]"
    cd "$target"
    find . -type f ! -name manifest.toml ! -name README.md | sed 's|^\./||' | LC_ALL=C sort | while read -r file; do
        printf '"%s" = "%s"\n' "$file" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    done
) > "$target/manifest.toml"
