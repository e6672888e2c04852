/* What folium's own templates cannot say: shapes by risk, labels that give way to each other, one way to tell what was clicked.
 * Every text that arrives here as HTML was escaped by layers/escape.py; every text built here goes in as textContent. */
(function () {
  "use strict";

  var style = { risk: {}, words: {} };

  // Leaflet.VectorGrid still calls a function that Leaflet took away in 1.8. A click on a house must not go on to the map,
  // which would close the popup it opened; a press must, or the map could not be dragged by a house.
  L.DomEvent.fakeStop = function (event) {
    if (event.type === "click" || event.type === "dblclick") { L.DomEvent.stopPropagation(event); }
  };

  function corners(layer) {
    var shape = layer.options.anjuCorners, p = layer._point, r = layer._radius;
    return shape.map(function (corner) { return [p.x + corner[0] * r, p.y + corner[1] * r]; });
  }

  var canvasCircle = L.Canvas.prototype._updateCircle;
  L.Canvas.include({
    _updateCircle: function (layer) {
      if (!layer.options.anjuCorners) { return canvasCircle.call(this, layer); }
      if (!this._drawing || layer._empty()) { return undefined; }
      var ctx = this._ctx;
      ctx.beginPath();
      corners(layer).forEach(function (at, i) { ctx[i ? "lineTo" : "moveTo"](at[0], at[1]); });
      ctx.closePath();
      return this._fillStroke(ctx, layer);
    }
  });

  var svgCircle = L.SVG.prototype._updateCircle;
  L.SVG.include({
    _updateCircle: function (layer) {
      if (!layer.options.anjuCorners || layer._empty()) { return svgCircle.call(this, layer); }
      return this._setPath(layer, "M" + corners(layer).map(function (at) { return at.join(" "); }).join("L") + "Z");
    }
  });

  // Tiles are drawn at the screen's own resolution; as published they are blurred on every phone.
  var tileStart = L.Canvas.Tile.prototype.initialize;
  L.Canvas.Tile.include({
    initialize: function (coords, size, options) {
      tileStart.call(this, coords, size, options);
      var ratio = window.devicePixelRatio || 1;
      if (ratio > 1) {
        this._container.setAttribute("width", size.x * ratio);
        this._container.setAttribute("height", size.y * ratio);
        this._ctx.scale(ratio, ratio);
      }
    }
  });

  // A point in a tile knows only its pixel; a click handler asks every layer where on Earth it is.
  var tileFeature = L.VectorGrid.prototype._createLayer;
  L.VectorGrid.include({
    _createLayer: function (feature, scale) {
      var layer = tileFeature.call(this, feature, scale);
      if (feature.type === 1) {
        layer.getLatLng = function () {
          return this._renderer._map.layerPointToLatLng(this._point.add(this._renderer.getOffset()));
        };
        layer.toGeoJSON = function () {
          var at = this.getLatLng();
          return clickable("house", this.properties.code, [at.lat, at.lng]);
        };
      }
      return layer;
    }
  });

  function clickable(kind, id, at) {
    return {
      type: "Feature",
      // The moment tells a second click on the same thing from the first.
      properties: { kind: kind, id: id, clicked_at: Date.now() },
      geometry: { type: "Point", coordinates: [at[1], at[0]] }
    };
  }

  function riskStyle(colour, radius) {
    var risk = style.risk[colour] || style.risk.unseen;
    return {
      radius: risk.hollow ? radius * 0.85 : radius,
      fill: true,
      fillColor: risk.fill,
      fillOpacity: 1,
      stroke: true,
      color: risk.stroke,
      weight: risk.hollow ? Math.max(1.5, radius / 3) : (radius > 4 ? 1.25 : 0.5),
      opacity: 1,
      anjuCorners: risk.corners.length ? risk.corners : null
    };
  }

  function houseRadius(zoom) {
    return zoom >= 18 ? 9 : [2, 2.5, 3.5, 4.5, 6, 7.5][Math.max(0, zoom - 12)] || 2;
  }

  var tileStyles = {
    houses: function (properties, zoom) {
      var drawn = riskStyle(properties.colour, houseRadius(zoom));
      drawn.interactive = zoom >= 13;
      return drawn;
    },
    house_counts: function (properties) {
      var drawn = riskStyle(properties.colour, Math.min(22, 4 + 2 * Math.log(1 + Number(properties.n)) / Math.LN2));
      drawn.anjuCorners = null;
      drawn.fillOpacity = 0.75;
      return drawn;
    }
  };

  function textElement(tag, className, text) {
    var element = L.DomUtil.create(tag, className);
    element.textContent = text;
    return element;
  }

  function tileCard(properties, link) {
    var card = L.DomUtil.create("div", "anju-card");
    var risk = style.risk[properties.colour] || style.risk.unseen;
    card.appendChild(textElement("div", "anju-title", risk.word));
    card.appendChild(textElement("div", "anju-code", properties.code));
    if (link) {
      var go = textElement("a", "anju-go", style.words.open_house);
      go.href = link.replace("{code}", encodeURIComponent(properties.code));
      card.appendChild(go);
    }
    return card;
  }

  function tileClick(event) {
    var properties = event.layer.properties;
    if (!properties.code) { return; }
    L.popup().setLatLng(event.latlng).setContent(tileCard(properties, this.options.anjuLink)).openOn(this._map);
  }

  L.VectorGrid.addInitHook(function () {
    if (this.options.anjuLink !== undefined) { this.on("click", tileClick, this); }
  });

  // A page inside a frame may not send its reader elsewhere, the page around it may.
  function follow(event) {
    var link = event.target.closest && event.target.closest("a.anju-go");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || window.parent === window) { return; }
    event.preventDefault();
    var outer = window.parent.document.createElement("a");
    outer.href = link.href;
    window.parent.document.body.appendChild(outer);
    outer.click();
    outer.remove();
  }

  function dress(layer, row, kind) {
    if (row.id) { layer.toGeoJSON = function () { return clickable(kind, row.id, row.at); }; }
    if (row.card) { layer.bindPopup(row.card, { maxWidth: 280, autoPanPadding: [12, 12] }); }
    if (row.tip) { layer.bindTooltip(row.tip, { direction: "top", offset: [0, -10] }); }
    return layer;
  }

  function pane(map, name, order) {
    if (!map.getPane(name)) { map.createPane(name).style.zIndex = order; }
    return name;
  }

  // Panes and zooms belong to a map, and a group learns its map only when it is added to one.
  function whenAdded(group, draw) {
    var drawn = false;
    group.on("add", function () {
      if (!drawn) { drawn = true; draw(group._map); }
    });
    if (group._map) { drawn = true; draw(group._map); }
  }

  // Leaflet writes a fill as it is told: the name of a pattern in the page does as well as a colour.
  function hatch(map, colour) {
    var name = "anju-hatch-" + colour.replace(/[^0-9A-Za-z]/g, "");
    if (document.getElementById(name)) { return name; }
    var made = L.SVG.create("svg"), pattern = L.SVG.create("pattern"), ground = L.SVG.create("rect"), line = L.SVG.create("path");
    var looks = [
      [made, { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" }],
      [pattern, { id: name, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }],
      [ground, { width: 8, height: 8, fill: colour, "fill-opacity": 0.16 }],
      [line, { d: "M0 0V8", stroke: colour, "stroke-width": 4, "stroke-opacity": 0.75 }]
    ];
    looks.forEach(function (look) {
      Object.keys(look[1]).forEach(function (key) { look[0].setAttribute(key, look[1][key]); });
    });
    pattern.appendChild(ground);
    pattern.appendChild(line);
    made.appendChild(pattern);
    map.getContainer().appendChild(made);
    return name;
  }

  var drawers = {
    shapes: function (group, map, spec) {
      var renderer = L.svg({ pane: pane(map, "anju-houses", 450) });
      spec.rows.forEach(function (row) {
        var options = riskStyle(row.colour, spec.radius);
        options.renderer = renderer;
        options.pane = "anju-houses";
        dress(L.circleMarker(row.at, options), row, spec.kind).addTo(group);
      });
    },
    icons: function (group, map, spec) {
      spec.rows.forEach(function (row) {
        var icon = L.divIcon({
          className: "anju-mark",
          html: "<span class='anju-hit'></span>" + row.icon,
          iconSize: [row.size, row.size]
        });
        var options = { icon: icon, zIndexOffset: row.z || 0, alt: row.alt, riseOnHover: true, interactive: !!row.id };
        var marker = dress(L.marker(row.at, options), row, spec.kind);
        marker.on("add", function () {
          if (row.alt) { marker.getElement().setAttribute("aria-label", row.alt); }
        });
        marker.addTo(group);
      });
    },
    line: function (group, map, spec) {
      L.polyline(spec.points, { color: spec.halo, weight: 7, opacity: 0.9, interactive: false }).addTo(group);
      L.polyline(spec.points, { color: spec.colour, weight: 3, opacity: 1, interactive: false, dashArray: spec.dash }).addTo(group);
    },
    areas: function (group, map, spec) {
      spec.rows.forEach(function (row) {
        var options = Object.assign({ smoothFactor: 0.7, pane: pane(map, spec.pane, spec.order) }, spec.style, row.style);
        options.interactive = spec.clickable;
        if (row.hatch) { options.fillColor = "url(#" + hatch(map, row.hatch) + ")"; }
        dress(L.polygon(row.rings, options), row, spec.kind).addTo(group);
      });
      labels(group, map, spec);
    }
  };

  function labels(group, map, spec) {
    var made = spec.rows.filter(function (row) { return row.label; }).map(function (row) {
      var icon = L.divIcon({ className: "anju-label " + spec.label_class, html: "<div>" + row.label + "</div>", iconSize: [0, 0] });
      return L.marker(row.at, { icon: icon, interactive: false, keyboard: false, pane: pane(map, "anju-labels", 640) }).addTo(group);
    });
    if (!made.length) { return; }
    function arrange() { giveWay(map, made, spec.label_zoom); }
    map.on("zoomend resize", arrange);
    group.on("remove", function () { map.off("zoomend resize", arrange); });
    map.whenReady(function () { window.requestAnimationFrame(arrange); });
  }

  // The first label keeps its place, a later one that would touch it is hidden until the next zoom.
  function giveWay(map, made, fromZoom) {
    var taken = [];
    made.forEach(function (label) {
      var element = label.getElement();
      if (!element) { return; }
      var shown = map.getZoom() >= fromZoom;
      if (shown) {
        var size = L.point(element.firstChild.offsetWidth + 6, element.firstChild.offsetHeight + 2);
        var centre = map.latLngToLayerPoint(label.getLatLng());
        var box = L.bounds(centre.subtract(size.divideBy(2)), centre.add(size.divideBy(2)));
        shown = !taken.some(function (other) { return other.overlaps(box); });
        if (shown) { taken.push(box); }
      }
      element.classList.toggle("anju-hidden", !shown);
    });
  }

  var Legend = L.Layer.extend({
    initialize: function (html) { this._html = html; },
    onAdd: function (map) {
      var html = this._html;
      this._control = L.control({ position: "bottomright" });
      this._control.onAdd = function () {
        var box = L.DomUtil.create("div", "anju-legend");
        box.innerHTML = html;
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        if (map.getSize().x < 600 && box.querySelector("details")) { box.querySelector("details").open = false; }
        return box;
      };
      this._control.addTo(map);
    },
    onRemove: function () { this._control.remove(); }
  });

  // Where the reader is: asked on a tap, or at once where they have allowed it before. It never leaves the browser.
  function locate(map) {
    var me = null, around = null, told = false;
    var control = L.control({ position: "topright" });
    control.onAdd = function () {
      var bar = L.DomUtil.create("div", "leaflet-bar");
      var button = textElement("a", "anju-locate", "\u25CE");
      button.href = "#";
      button.title = style.words.locate;
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", style.words.locate);
      bar.appendChild(button);
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(button, "click", function (event) { L.DomEvent.preventDefault(event); told = true; ask(); });
      return bar;
    };
    control.addTo(map);
    function ask() { map.locate({ watch: true, enableHighAccuracy: true, maximumAge: 15000 }); }
    map.on("locationfound", function (fix) {
      if (!me) {
        around = L.circle(fix.latlng, { radius: fix.accuracy, color: style.accent, weight: 1, fillOpacity: 0.08, interactive: false }).addTo(map);
        me = L.marker(fix.latlng, { icon: L.divIcon({ className: "anju-me", iconSize: [18, 18] }), interactive: false, zIndexOffset: 2000, alt: style.words.locate }).addTo(map);
      }
      me.setLatLng(fix.latlng);
      around.setLatLng(fix.latlng).setRadius(fix.accuracy);
      if (told) { told = false; map.setView(fix.latlng, Math.max(map.getZoom(), 16)); }
    });
    map.on("locationerror", function () {
      map.stopLocate();
      if (told) { told = false; L.popup().setLatLng(map.getCenter()).setContent(textElement("div", "anju-card", style.words.not_located)).openOn(map); }
    });
    if (navigator.permissions && navigator.permissions.query) {
      navigator.permissions.query({ name: "geolocation" }).then(function (answer) {
        if (answer.state === "granted") { ask(); }
      }, function () { return undefined; });
    }
  }

  // The page's address holds the view, so that a link opens where it was copied. The page rewrites its address at
  // some runs without telling anybody: what it dropped is put back.
  function remember(map) {
    var outer = window.parent, path = outer.location.pathname;
    function write() {
      var centre = map.getCenter(), url = new URL(outer.location.href);
      url.searchParams.set("at", [centre.lat.toFixed(5), centre.lng.toFixed(5), map.getZoom()].join(","));
      var moved = url.href !== outer.location.href && outer.location.pathname === path;
      if (moved) { outer.history.replaceState(outer.history.state, "", url.href); }
    }
    window.setInterval(write, 700);
  }

  // Without room there is no zoom that fits, and a map that was told to find one never finds back.
  function fit(map, bounds) {
    var room = map.getSize();
    if (!bounds || room.x <= 16 || room.y <= 16) { return; }
    map.fitBounds(bounds, { padding: [4, 4], animate: false });
  }

  // A map opened in a hidden tab has no size until the tab is shown, and a frame takes its full height only after the
  // map is drawn: the view is fitted anew with each change of size, as long as nothing else has moved it.
  function keepSize(map, bounds) {
    var size = map.getSize(), centre = map.getCenter(), zoom = map.getZoom();
    new ResizeObserver(function () {
      var moved = zoom !== map.getZoom() || !centre.equals(map.getCenter(), 1e-6);
      map.invalidateSize({ animate: false });
      if (!moved && !size.equals(map.getSize())) {
        fit(map, bounds);
        centre = map.getCenter();
        zoom = map.getZoom();
      }
      size = map.getSize();
    }).observe(map.getContainer());
  }

  window.anju = {
    drawers: drawers,
    tileStyles: tileStyles,
    begin: function (map, spec) {
      style = spec.tokens;
      // Houses stand on the ground: above divisions and grids, below labels and cards.
      pane(map, "anju-tiles", 430);
      map.getContainer().addEventListener("click", follow);
      map.zoomControl._zoomInButton.title = style.words.zoom_in;
      map.zoomControl._zoomOutButton.title = style.words.zoom_out;
      map.zoomControl._zoomInButton.setAttribute("aria-label", style.words.zoom_in);
      map.zoomControl._zoomOutButton.setAttribute("aria-label", style.words.zoom_out);
      L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
      if (spec.attribution) {
        L.control.attribution({ prefix: false, position: "bottomleft" }).addAttribution(spec.attribution).addTo(map);
      }
      fit(map, spec.bounds);
      keepSize(map, spec.bounds);
      if (spec.locate) { locate(map); }
      if (spec.remember) { remember(map); }
    },
    draw: function (group, spec) {
      whenAdded(group, function (map) { drawers[spec.draw](group, map, spec); });
    },
    legend: function (group, html) { new Legend(html).addTo(group); }
  };
})();
