// Measures distance and area on the VN-2000 grid, never in Web Mercator, whose areas are 15 % too large here.

import { el } from "./dom.js";
import { toVn2000 } from "./vn2000.js";

/**
 * @param {[number, number][]} points metres
 */
export function lengthOf(points) {
  return points.slice(1).reduce((metres, [x, y], i) => metres + Math.hypot(x - points[i][0], y - points[i][1]), 0);
}

/**
 * @param {[number, number][]} points metres; the ring closes itself
 */
export function areaOf(points) {
  const [x0, y0] = points[0] ?? [0, 0]; // near zero: products of northings would lose the last digits
  const twice = points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length];
    return sum + (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
  }, 0);
  return Math.abs(twice) / 2;
}

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 */
export function measureOf(map, content, speak) {
  const [zone] = content.grid;
  const drawing = L.layerGroup().addTo(map);
  const said = el("div", { class: "measured", role: "status", hidden: true });
  /** @type {"" | "line" | "area"} */
  let mode = "";
  /** @type {L.LatLng[]} */
  let corners = [];

  const redraw = () => {
    const look = { color: "#b3261e", weight: 2.5, dashArray: "4 4", interactive: false };
    drawing.clearLayers();
    corners.forEach((at) => drawing.addLayer(L.circleMarker(at, { radius: 4, color: "#b3261e", fillColor: "#fff", fillOpacity: 1, interactive: false })));
    if (corners.length > 1) drawing.addLayer(mode === "area" && corners.length > 2 ? L.polygon(corners, look) : L.polyline(corners, look));
    said.hidden = !mode;
    said.replaceChildren(el("p", {}, text()), el("p", { class: "note" }, `${speak.say("measure_hint")} ${speak.say("measure_grid", { grid: `VN-2000 ${zone.code}` })}`));
  };
  const text = () => {
    const points = corners.map((at) => toVn2000(at, zone.lon0));
    if (mode !== "area") return speak.say("measure_length", { length: speak.length(lengthOf(points)) });
    return speak.say("measure_size", { area: both(areaOf(points)), length: speak.length(lengthOf([...points, ...points.slice(0, 1)])) });
  };
  const both = (/** @type {number} */ m2) => [...new Set([speak.area(m2), `${speak.number(m2, 1)} m²`])].join(" = ");
  const measure = {
    said,
    active: () => mode !== "",
    /** @param {"" | "line" | "area"} wanted */
    start(wanted) {
      mode = mode === wanted ? "" : wanted;
      corners = [];
      map.doubleClickZoom[mode ? "disable" : "enable"]();
      map.getContainer().classList.toggle("measuring", mode !== "");
      redraw();
      return mode;
    },
    /** @param {L.LatLng} at */
    add(at) {
      corners.push(at);
      redraw();
    },
    redraw,
  };
  map.on("dblclick", () => measure.active() && measure.start(""));
  return measure;
}
