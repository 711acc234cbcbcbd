// Beside the map: search, layers, legends, lists, what others said, about.

import { boardSection } from "./blockers.js";
import { handedBy, projectClass, thereOn } from "./classes.js";
import { el, link, plain, section, svg } from "./dom.js";
import { blocksSection } from "./laid.js";
import { lineStyle } from "./projects.js";
import { countsBy } from "./scene.js";

/**
 * @typedef {object} Desk what the panel works with
 * @property {any} content
 * @property {import("./words.js").Speaker} speak
 * @property {import("./state.js").Store} store
 * @property {Record<string, import("./table.js").Table>} tables
 * @property {(id: string) => void} choose a project was chosen
 * @property {(show: string, row: number) => void} go a row of a layer was chosen
 */

/**
 * @param {Desk} desk
 * @param {Node} search
 * @param {Node} settings
 */
export function sidePanel(desk, search, settings) {
  const { content, speak } = desk;
  const { statements, about, list } = speak.text();
  const live = el("div", { class: "live" }, ...ofTheDay(desk));
  const panel = el(
    "aside",
    { id: "panel", tabindex: -1, "aria-label": speak.say("panel") },
    search,
    layerSwitch(desk),
    ...boardSection(desk),
    ...blocksSection(desk),
    live,
    lineLegend(desk),
    section("undrawn", list.undrawn, content.undrawn.length > 0, content.undrawn.length ? projectList(desk, content.undrawn) : el("p", {}, list.undrawn_none)),
    statements.groups.length > 0 && statementSection(speak, statements),
    section("settings", speak.say("settings"), false, settings),
    section("about", speak.say("about"), false, el("dl", { class: "about" }, ...about.flatMap((/** @type {[string, string]} */ [k, v]) => [el("dt", {}, k), el("dd", {}, v)]))),
  );
  return {
    panel,
    /** Legends and lists of another day. */
    update: () => keepingOpen(live, () => live.replaceChildren(...ofTheDay(desk))),
  };
}

/**
 * Rebuild a part of the page; what the reader opened stays open, what had the focus gets it back.
 * @param {ParentNode} within
 * @param {() => void} rebuild
 */
export function keepingOpen(within, rebuild) {
  const was = Object.fromEntries([...within.querySelectorAll("details[id]")].map((d) => [d.id, /** @type {HTMLDetailsElement} */ (d).open]));
  const focused = document.activeElement?.id;
  rebuild();
  for (const [id, open] of Object.entries(was)) {
    const found = document.getElementById(id);
    if (found instanceof HTMLDetailsElement) found.open = open;
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** @param {Desk} desk */
function ofTheDay(desk) {
  const { content, speak } = desk;
  const legends = content.layers.filter((/** @type {any} */ layer) => speak.text().layers[layer.id].legend && !sharesLegend(content, layer)).map((/** @type {any} */ layer) => legend(desk, layer));
  const groups = content.groups.flatMap((/** @type {any} */ { code, projects }) => [el("h3", {}, speak.text().groups[code]), projectList(desk, projects)]);
  return [...legends, section("all", speak.text().list.all, true, ...groups)];
}

/** Tranches are coloured as the parcels are: one legend tells both. @param {any} content @param {any} layer */
function sharesLegend(content, layer) {
  return layer.show === "tranches" && content.layers.some((/** @type {any} */ other) => other.show === "parcels" && other.colour === layer.colour);
}

/** @param {Desk} desk */
function layerSwitch({ content, speak, store, tables }) {
  const box = (/** @type {any} */ { id, show, outline }) => {
    const rows = show === "file" ? content.outlines[outline].length : show === "labels" ? tables.projects.rows : show === "parcels" ? parcelsOn(content.time.on) : tables[show].rows;
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: `layer-${id}`, checked: store.get().on[id], disabled: rows === 0 }));
    input.addEventListener("change", () => store.set({ on: { ...store.get().on, [id]: input.checked } }));
    const label = speak.text().layers[id].label;
    return el("label", { class: rows ? null : "empty" }, input, el("span", {}, label), el("span", { class: "count" }, rows ? speak.number(rows, 0) : speak.say("layer_empty")));
  };
  const parcelsOn = (/** @type {number} */ day) => [...Array(tables.parcels.rows).keys()].filter((row) => thereOn(tables.parcels, row, day)).length;
  const tiles = content.tiles && tilesBox(speak, store);
  return el("fieldset", { id: "layers" }, el("legend", {}, speak.say("layers")), ...content.layers.map(box), tiles);
}

/**
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 */
function tilesBox(speak, store) {
  const input = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: "layer-tiles", checked: store.get().on.tiles }));
  input.addEventListener("change", () => store.set({ on: { ...store.get().on, tiles: input.checked } }));
  return el("label", {}, input, el("span", {}, speak.say("basemap")));
}

/**
 * @param {Desk} desk
 * @param {any} layer
 */
function legend(desk, layer) {
  const { content, speak, store, tables } = desk;
  const { legend: title, classes } = speak.text().layers[layer.id];
  const counts = layer.show === "projects" ? projectCounts(content, layer, store.get().day) : countsBy(content, layer, tables, store.get());
  const tranches = content.layers.find((/** @type {any} */ other) => other.show === "tranches");
  const note = tranches && sharesLegend(content, tranches) && layer.colour === "stage" && layer.show === "parcels" ? speak.text().layers.tranches.note : "";
  const line = (/** @type {any} */ c, /** @type {number} */ i) =>
    el("li", { class: counts[i] ? null : "empty" }, swatch(c, layer.show === "projects" ? "schematic" : "parcel"), el("span", {}, classes[c.code]), el("span", { class: "count" }, speak.number(counts[i], 0)));
  return section(`legend-${layer.id}`, title, true, el("ul", { class: "legend" }, ...layer.classes.map(line), layer.show === "blockers" && el("li", {}, swatch({ code: "lit", colour: content.board.lit }, "parcel"), el("span", {}, speak.say("legend_lit")))), note && el("p", { class: "note" }, note));
}

/**
 * @param {any} content
 * @param {any} layer
 * @param {number} day
 */
function projectCounts(content, layer, day) {
  const found = new Array(layer.classes.length).fill(0);
  for (const id of Object.keys(content.projects)) found[projectClass(content, layer, id, day)]++;
  return found;
}

/** @param {Desk} desk */
function lineLegend({ content, speak }) {
  const layer = content.layers.find((/** @type {any} */ one) => one.show === "projects");
  if (!layer) return null;
  const line = (/** @type {[string, string]} */ [code, label]) => el("li", {}, swatch(layer.classes[0], code), el("span", {}, label));
  return section("lines", speak.say("legend_lines"), true, el("ul", { class: "legend" }, ...speak.text().lines.map(line)));
}

/**
 * @param {{code: string, colour: string}} of
 * @param {string} boundary
 */
export function swatch(of, boundary) {
  const style = boundary === "parcel" ? { color: "#64748b", weight: 0.6, fillColor: of.colour, fillOpacity: 1, dashArray: undefined } : lineStyle(boundary, of);
  const { color, weight, fillColor, fillOpacity, dashArray } = style;
  const attributes = { stroke: color, "stroke-width": weight, fill: fillColor, "fill-opacity": fillOpacity, "stroke-dasharray": dashArray };
  return svg("svg", { width: 26, height: 16, "aria-hidden": "true" }, svg("rect", { x: 1.5, y: 1.5, width: 23, height: 13, ...attributes }));
}

/**
 * @param {Desk} desk
 * @param {string[]} ids
 */
function projectList({ content, speak, store, choose }, ids) {
  const layer = content.layers.find((/** @type {any} */ one) => one.show === "projects");
  const { day } = store.get();
  const line = (/** @type {string} */ id) => {
    const { planned_m2, boundary } = content.projects[id];
    const place = layer ? projectClass(content, layer, id, day) : 0;
    const share = layer?.colour === "share" && place && planned_m2 ? speak.percent(handedBy(content, id, day) / planned_m2) : "";
    const symbol = layer && swatch(layer.classes[place], boundary === "none" ? "parcel" : boundary);
    const figures = el("span", { class: "count" }, [share, speak.area(planned_m2)].filter(Boolean).join(" · "));
    return el("li", {}, el("button", { type: "button", "data-project": id, on: { click: () => choose(id) } }, symbol, plain(speak.text().projects[id].name), figures));
  };
  return el("ul", { class: "projects" }, ...ids.map(line));
}

/**
 * @param {import("./words.js").Speaker} speak
 * @param {any} statements
 */
function statementSection(speak, statements) {
  const item = (/** @type {any} */ s) =>
    el(
      "li",
      {},
      el("p", {}, el("span", { class: "date" }, s.date), ` ${s.metric}: `, el("b", {}, s.value), s.scope && el("span", { class: "scope" }, ` (${s.scope})`)),
      el("p", { class: "said", lang: "en" }, plain(s.text)),
      el("p", { class: "source" }, `${speak.say("statement_source")}: `, link(s.url, s.source)),
    );
  const group = (/** @type {any} */ g) => el("details", { class: "said-of" }, el("summary", {}, plain(g.label), el("span", { class: "count" }, String(g.items.length))), el("ul", {}, ...g.items.map(item)));
  return section("statements", statements.title, false, el("p", { class: "note" }, statements.intro), statements.conflict && el("p", { class: "note" }, statements.conflict), ...statements.groups.map(group));
}
