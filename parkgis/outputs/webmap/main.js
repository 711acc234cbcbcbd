// Reads the page's data, draws, and answers clicks. `map_parkgis` is the Leaflet map that folium made.

import { el } from "./dom.js";
import { DegreeLayer, GridLayer, LabelLayer, ShapeLayer } from "./layers.js";
import { sidePanel, titleBar, warningBox } from "./panel.js";
import { parcelKey, parcelSheet, sheetElement, trancheSheet } from "./popup.js";
import { hatches, projectLayer } from "./projects.js";
import { boundsOf, readTable, rowsAt } from "./table.js";
import { speaker } from "./words.js";

const PANES = ["grid", "projects", "parcels", "tranches", "labels"];

async function main() {
  const content = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("content")).textContent ?? "");
  const map = map_parkgis;
  const choose = (/** @type {string} */ id) => inspector.project(id);
  const turn = (/** @type {string} */ id, /** @type {boolean} */ on) => (on ? layers[id].addTo(map) : layers[id].remove());
  frame(content, map, sidePanel(content, turn, choose));
  const [projects, parcels, tranches] = await Promise.all(["projects", "parcels", "tranches"].map(readTable));
  const tables = { projects, parcels, tranches };
  const whole = fit(map, content, Object.values(tables));
  controls(map, content, whole);
  const started = performance.now();
  const layers = drawn(map, content, tables);
  const inspector = inspect(map, content, tables, layers);
  map.on("click", (/** @type {any} */ event) => inspector.at(event.latlng));
  // what tests and embedding pages may rely on
  const counts = { projects: projects.rows, parcels: layers.parcels.drawn, tranches: layers.tranches.drawn };
  Object.assign(window, { parkgis: { map, drawn: counts, milliseconds: performance.now() - started, keyAt: inspector.keyAt } });
  Object.assign(document.body.dataset, { ready: "true", ...counts });
}

/**
 * @param {any} content
 * @param {any} map
 * @param {HTMLElement} panel
 */
function frame({ words, warnings, demo, demo_short, legends, ...rest }, map, panel) {
  const holder = map.getContainer();
  const toggle = el("button", { type: "button", id: "toggle", "aria-controls": "panel", "aria-expanded": "false" }, words.panel);
  toggle.addEventListener("click", () => {
    const open = panel.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? words.panel_close : words.panel;
  });
  holder.setAttribute("role", "application");
  holder.setAttribute("aria-label", words.map_label);
  holder.before(titleBar({ demo, ...rest }), warningBox(warnings));
  const stage = el("main", { id: "stage" });
  holder.replaceWith(stage);
  stage.append(holder, panel, toggle);
  holder.append(hatches(legends.share.classes));
  if (demo) holder.append(el("div", { class: "demo-ribbon", "aria-hidden": "true" }, demo_short), el("div", { class: "demo-mark", "aria-hidden": "true" }, demo_short));
  map.invalidateSize({ animate: false });
}

/**
 * Keep the view on the land that is drawn, or on the province where nothing is.
 * @param {any} map
 * @param {any} content
 * @param {import("./table.js").Table[]} tables
 */
function fit(map, content, tables) {
  const found = tables.map((table) => boundsOf(table)).filter(Boolean);
  const land = L.latLngBounds(found.length ? found : content.bounds);
  const limit = land.pad(0.4);
  limit.extend(land.getCenter().toBounds(20_000));
  const view = () => map.fitBounds(land.pad(0.05), { animate: false });
  view();
  map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(limit)));
  map.setMaxBounds(limit);
  map.options.maxBoundsViscosity = 1;
  return view;
}

/**
 * @param {any} map
 * @param {any} content
 * @param {() => void} whole
 */
function controls(map, { words }, whole) {
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  const Home = L.Control.extend({
    options: { position: "topleft" },
    onAdd() {
      const button = el("button", { type: "button", class: "home", title: words.home, "aria-label": words.home }, "⤢");
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", () => whole());
      return el("div", { class: "leaflet-bar" }, button);
    },
  });
  new Home().addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  L.control.attribution({ prefix: "Leaflet" }).addTo(map); // the default prefix draws a flag
}

/**
 * @param {any} map
 * @param {any} content
 * @param {{projects: import("./table.js").Table, parcels: import("./table.js").Table, tranches: import("./table.js").Table}} tables
 * @returns {Record<string, any>}
 */
function drawn(map, content, { projects, parcels, tranches }) {
  PANES.forEach((name, i) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(350 + 10 * i);
    if (name !== "projects") pane.style.pointerEvents = "none";
  });
  const colours = content.legends.stage.classes.map((/** @type {any} */ c) => c.colour);
  const label = (/** @type {number} */ row) => {
    return { text: content.projects[projects.text("project", row)].label, bounds: boundsOf(projects, (other) => other === row) };
  };
  const layers = {
    projects: projectLayer(projects, content),
    parcels: new ShapeLayer("parcels", parcels, colours, false),
    tranches: new ShapeLayer("tranches", tranches, colours, true),
    labels: new LabelLayer("labels", Array.from({ length: projects.rows }, (_, row) => label(row)).filter(({ bounds }) => bounds)),
  };
  new GridLayer("grid").addTo(map);
  new DegreeLayer("labels", speaker(content)).addTo(map);
  Object.values(layers).forEach((layer) => layer.addTo(map));
  return layers;
}

/**
 * @param {any} map
 * @param {any} content
 * @param {{projects: import("./table.js").Table, parcels: import("./table.js").Table, tranches: import("./table.js").Table}} tables
 * @param {Record<string, any>} layers only what is switched on answers a click
 */
function inspect(map, content, { projects, parcels, tranches }, layers) {
  const speak = speaker(content);
  const mercator = (/** @type {any} */ latlng) => L.Projection.SphericalMercator.project(latlng);
  const top = (/** @type {import("./table.js").Table} */ table, /** @type {any} */ latlng) => rowsAt(table, mercator(latlng)).pop();
  const opener = (/** @type {string} */ id) => el("button", { type: "button", class: "link", on: { click: () => show(id) } }, content.projects[id].name);

  const open = (/** @type {any} */ latlng, /** @type {any} */ sheet) => {
    const size = map.getSize();
    const width = Math.min(380, size.x - 110); // beside the buttons, on a phone too
    const options = { maxWidth: width, minWidth: Math.min(280, width), maxHeight: Math.max(0.62 * size.y, 220), autoPanPaddingTopLeft: [52, 8] };
    const body = sheetElement(sheet, content.demo_short);
    const before = document.activeElement;
    body.addEventListener("keydown", (event) => event.key === "Escape" && popup.close()); // Leaflet hears it only from the map itself
    const popup = L.popup(options).setLatLng(latlng).setContent(body).openOn(map);
    popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", content.words.close);
    popup.on("remove", () => before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true }));
    body.focus({ preventScroll: true });
  };
  const boundsOfProject = (/** @type {string} */ id) =>
    boundsOf(projects, (row) => projects.text("project", row) === id) ?? boundsOf(parcels, (row) => parcels.text("project", row) === id);
  const show = (/** @type {string} */ id, /** @type {any} */ at = null) => {
    const bounds = boundsOfProject(id);
    open(at ?? bounds?.getCenter() ?? map.getCenter(), content.projects[id].sheet);
  };
  return {
    /** @param {string} id */
    project(id) {
      const bounds = boundsOfProject(id);
      if (bounds) map.fitBounds(bounds.pad(0.5), { animate: false });
      show(id);
    },
    /** @param {any} latlng */
    at(latlng) {
      const shown = (/** @type {string} */ name, /** @type {import("./table.js").Table} */ table) => (map.hasLayer(layers[name]) ? top(table, latlng) : undefined);
      const parcel = shown("parcels", parcels);
      if (parcel !== undefined) return open(latlng, parcelSheet(content, speak, { parcels, tranches }, parcel, opener(parcels.text("project", parcel))));
      const tranche = shown("tranches", tranches);
      if (tranche !== undefined) return open(latlng, trancheSheet(content, speak, tranches, tranche, opener(tranches.text("project", tranche))));
      const project = shown("projects", projects);
      return project === undefined ? undefined : show(projects.text("project", project), latlng);
    },
    /** @param {any} latlng */
    keyAt(latlng) {
      const row = top(parcels, L.latLng(latlng));
      return row === undefined ? null : parcelKey(parcels, row);
    },
  };
}

main().catch((error) => {
  const text = JSON.parse(document.getElementById("content")?.textContent ?? "{}").words?.failed ?? String(error);
  document.body.prepend(el("p", { class: "failed", role: "alert" }, text));
  throw error;
});
