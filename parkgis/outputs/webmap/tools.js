// The buttons on the map, the place under the pointer, scale and north.

import { el, svg } from "./dom.js";
import { toVn2000 } from "./vn2000.js";

/** What the buttons look like: one path each, in a square of 18. @type {Record<string, string>} */
const SIGNS = {
  zoom_in: "M9 3v12M3 9h12",
  zoom_out: "M3 9h12",
  home: "M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4",
  measure_line: "M2 12 12 2l4 4L6 16zM5 9l2 2M8 6l2 2M11 3l2 2",
  measure_area: "M3 14 5 4l9 2 1 8zM3 14h.01M5 4h.01M14 6h.01M15 14h.01",
  table: "M2 3h14v12H2zM2 7h14M2 11h14M7 3v12",
  print: "M5 7V2h8v5M5 13H2V7h14v6h-3M5 11h8v5H5z",
  link: "M7 11l4-4M8 5l2-2a3.5 3.5 0 0 1 5 5l-2 2M10 13l-2 2a3.5 3.5 0 0 1-5-5l2-2",
  full_screen: "M3 6V3h3M12 3h3v3M15 12v3h-3M6 15H3v-3M6 6h6v6H6z",
};

/**
 * @typedef {object} Acts what buttons do
 * @property {() => void} home
 * @property {() => void} table
 * @property {() => void} print
 * @property {() => void} link
 */

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {Acts} acts
 * @param {ReturnType<typeof import("./measure.js").measureOf>} measure
 */
export function toolsOf(map, content, speak, acts, measure) {
  /** @type {HTMLElement[]} */
  const made = [];
  const put = (/** @type {L.ControlPosition} */ position, /** @type {HTMLElement} */ node) => {
    const Control = L.Control.extend({ options: { position }, onAdd: () => node });
    L.DomEvent.disableClickPropagation(node);
    L.DomEvent.disableScrollPropagation(node);
    const control = new Control().addTo(map);
    made.push(node);
    return control;
  };
  const button = (/** @type {string} */ id, /** @type {() => void} */ act) => {
    const name = speak.say(id);
    const sign = svg("svg", { viewBox: "0 0 18 18", width: 18, height: 18, "aria-hidden": "true" }, svg("path", { d: SIGNS[id], fill: "none", stroke: "currentColor", "stroke-width": 1.7, "stroke-linejoin": "round", "stroke-linecap": "round" }));
    return el("button", { type: "button", id: `tool-${id}`, title: name, "aria-label": name, on: { click: act } }, sign);
  };
  const measuring = (/** @type {"line" | "area"} */ kind) => () => {
    const mode = measure.start(kind);
    for (const one of ["line", "area"]) document.getElementById(`tool-measure_${one}`)?.setAttribute("aria-pressed", String(mode === one));
  };
  const group = (/** @type {Node[]} */ ...buttons) => el("div", { class: "leaflet-bar tools", role: "group", "aria-label": speak.say("tools") }, ...buttons);
  const controls = [
    put("topleft", group(button("zoom_in", () => map.zoomIn()), button("zoom_out", () => map.zoomOut()), button("home", acts.home))),
    put("topleft", group(button("measure_line", measuring("line")), button("measure_area", measuring("area")))),
    put("topleft", group(button("table", acts.table), button("print", acts.print), button("link", acts.link), button("full_screen", () => fullScreen()))),
    put("bottomright", northArrow(speak)),
    put("bottomleft", coordinates(map, content, speak)),
    put("bottomright", el("p", { class: "credits" }, speak.text().credits.join(" · "))),
  ];
  const scale = L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
  return { remove: () => [...controls, scale].forEach((control) => control.remove()) };
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // a frame may not be allowed to
}

/** @param {import("./words.js").Speaker} speak */
function northArrow(speak) {
  const arrow = svg("svg", { width: 26, height: 40, viewBox: "0 0 26 40", role: "img", "aria-label": speak.say("print_north") }, svg("path", { d: "M13 3 L20 24 L13 20 L6 24 Z", fill: "currentColor" }), svg("text", { x: 13, y: 37, "text-anchor": "middle", "font-size": 12, "font-weight": 700, fill: "currentColor" }, speak.say("north")));
  return el("div", { class: "north" }, arrow);
}

/**
 * Show where the pointer is, the northing first as Vietnamese lists have it.
 * @param {L.Map} map
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 */
function coordinates(map, content, speak) {
  const zone = /** @type {HTMLSelectElement} */ (el("select", { id: "zone", "aria-label": speak.say("coordinates_grid") }, ...content.grid.map((/** @type {any} */ { code, lon0 }) => el("option", { value: code }, `VN-2000 ${meridian(lon0)}`))));
  const said = el("output", { class: "place", "aria-label": speak.say("coordinates") }, speak.say("coordinates_hint"));
  let last = map.getCenter();
  const show = (/** @type {L.LatLng} */ at) => {
    last = at;
    const { lon0 } = content.grid.find((/** @type {any} */ { code }) => code === zone.value);
    const [east, north] = toVn2000(at, lon0);
    said.replaceChildren(
      el("span", { class: "vn2000" }, `${speak.say("x_north")} ${speak.number(north, 1)} · ${speak.say("y_east")} ${speak.number(east, 1)}`),
      el("span", { class: "wgs84" }, `WGS 84: ${speak.degrees(at.lat, 5, "north")} ${speak.degrees(at.lng, 5, "east")}`),
    );
  };
  zone.addEventListener("change", () => show(last));
  if (matchMedia("(hover: none)").matches) show(last); // a finger does not hover: the middle of the view
  const box = el("div", { class: "coordinates" }, zone, said);
  map.on("mousemove", (/** @type {L.LeafletMouseEvent} */ event) => box.isConnected && show(event.latlng));
  map.on("moveend", () => box.isConnected && matchMedia("(hover: none)").matches && show(map.getCenter()));
  return box;
}

/** @param {number} lon0 */
function meridian(lon0) {
  return `${Math.floor(lon0)}°${String(Math.round((lon0 % 1) * 60)).padStart(2, "0")}'`;
}
