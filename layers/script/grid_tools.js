/* Drawing over grids: a line across one, a corner dragged. What was drawn is sent as if it had been clicked. */
(function () {
  "use strict";

  function round(at) { return [at.lng, at.lat]; }

  // Something of the group that can be clicked; the page hears of a click on the group with what it was on.
  function sender(group, map) {
    var post = L.circleMarker(map.getCenter(), { radius: 1, stroke: false, fill: false }).addTo(group);
    return function (kind, corners) {
      post.toGeoJSON = function () {
        return {
          type: "Feature",
          properties: { kind: kind, id: "drawn", clicked_at: Date.now() },
          geometry: { type: "LineString", coordinates: corners.map(round) }
        };
      };
      post.fire("click", { latlng: corners[corners.length - 1] }, true);
    };
  }

  function bar(map, buttons) {
    var control = L.control({ position: "topright" });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", "anju-tools");
      buttons.forEach(function (one) {
        var button = L.DomUtil.create("button", one.main ? "main" : "", box);
        button.type = "button";
        button.textContent = one.word;
        L.DomEvent.on(button, "click", one.act);
      });
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    return control.addTo(map);
  }

  function pen(group, map, spec) {
    var send = sender(group, map), corners = [];
    var line = L.polyline([], { color: spec.colour, weight: 3, dashArray: "8 6", interactive: false }).addTo(group);
    var dots = L.layerGroup().addTo(group);
    function redraw() {
      line.setLatLngs(corners);
      dots.clearLayers();
      corners.forEach(function (at) {
        L.circleMarker(at, { radius: 5, color: spec.colour, fillColor: "#fff", fillOpacity: 1, weight: 2, interactive: false }).addTo(dots);
      });
    }
    function add(event) { corners.push(event.latlng); redraw(); }
    function done() { if (corners.length > 1) { send("line", corners); } }
    var tools = bar(map, [
      { word: spec.words.done, act: done, main: true },
      { word: spec.words.back, act: function () { corners.pop(); redraw(); } },
      { word: spec.words.clear, act: function () { corners = []; redraw(); } }
    ]);
    map.on("click", add);
    map.doubleClickZoom.disable();
    L.DomUtil.addClass(map.getContainer(), "anju-pen");
    group.on("remove", function () {
      map.off("click", add);
      tools.remove();
      map.doubleClickZoom.enable();
      L.DomUtil.removeClass(map.getContainer(), "anju-pen");
    });
  }

  function handles(group, map, spec) {
    var send = sender(group, map);
    spec.spots.forEach(function (spot) {
      var icon = L.divIcon({ className: spot.middle ? "anju-handle middle" : "anju-handle", iconSize: [16, 16] });
      var handle = L.marker(spot.at, { icon: icon, draggable: true, keyboard: false, zIndexOffset: 900 }).addTo(group);
      var from = handle.getLatLng(), trace = L.polyline([], { color: spec.colour, dashArray: "4 4", interactive: false }).addTo(group);
      handle.on("drag", function () { trace.setLatLngs([from, handle.getLatLng()]); });
      handle.on("dragend", function () { send("moved", [from, handle.getLatLng()]); });
    });
  }

  window.anju.drawers.pen = pen;
  window.anju.drawers.handles = handles;
})();
