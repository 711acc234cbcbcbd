// The layers of the map, in the order of its definition, and what they show on a day.

import { classesOf, tally } from "./classes.js";
import { el } from "./dom.js";
import { DegreeLayer, GridLayer, LabelLayer } from "./layers.js";
import { projectLayer } from "./projects.js";
import { ShapeLayer } from "./shapelayer.js";
import { extentOf } from "./table.js";

const FIRST_PANE = 350;
const MICRO = 1e6;

/** @typedef {Record<string, import("./table.js").Table>} Tables */

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {Tables} tables
 * @param {import("./words.js").Speaker} speak
 */
export function sceneOf(map, content, tables, speak) {
  ["grid", "tiles", ...content.layers.map((/** @type {any} */ layer) => layer.id)].forEach((name, i) => paneOf(map, name, i));
  if (!map.getPane("labels")) paneOf(map, "labels", 40);
  if (!map.getPane("projects")) paneOf(map, "projects", 1);
  /** @type {Record<string, any>} */
  const layers = {};
  /** @type {Record<string, any>} */
  const earlier = {}; // the same land on the other of two days, left of the line
  for (const layer of content.layers) {
    layers[layer.id] = made(layer, content, tables, speak);
    if ((layer.show === "parcels" || layer.show === "tranches") && layer.colour === "stage") {
      paneOf(map, `${layer.id}-earlier`, content.layers.indexOf(layer) + 2.5);
      earlier[layer.id] = shapes(layer, tables[layer.show], `${layer.id}-earlier`);
    }
  }
  if (content.tiles) layers.tiles = L.tileLayer(content.tiles.url, { pane: "tiles", maxNativeZoom: content.tiles.max_zoom, maxZoom: content.max_zoom });
  const over = overlays(map, content, tables);
  const [grid, degreeMarks] = [new GridLayer("grid"), new DegreeLayer("labels", speak)];
  const classes = (/** @type {string} */ id, /** @type {import("./state.js").State} */ state) => classesOf(content, layers[id].spec, layers[id].table, state.day, state.from);
  return { layers, earlier, grid, degreeMarks, ...over, classes, counts: () => countsOf(layers) };
}

/** @typedef {ReturnType<typeof sceneOf>} Scene */

/**
 * What lights up above the parcels that hold land back: the land a ticked one would join, then the ticked ones.
 * @param {L.Map} map
 * @param {any} content
 * @param {Tables} tables
 */
function overlays(map, content, tables) {
  const place = content.layers.findIndex((/** @type {any} */ layer) => layer.show === "blockers") + 2;
  if (!tables.opens) return { lit: null, ticked: null };
  paneOf(map, "opens", place + 0.4);
  paneOf(map, "ticked", place + 0.6);
  return { lit: shapes({ show: "opens", classes: [{ colour: content.board.lit }] }, tables.opens, "opens"), ticked: shapes(content.layers[place - 2], tables.blockers, "ticked") };
}

/**
 * @param {L.Map} map
 * @param {string} name
 * @param {number} place
 */
function paneOf(map, name, place) {
  const pane = map.createPane(name);
  pane.style.zIndex = String(FIRST_PANE + 10 * place);
  if (name !== "projects" && !name.startsWith("file")) pane.style.pointerEvents = "none";
}

/**
 * @param {any} layer
 * @param {any} content
 * @param {Tables} tables
 * @param {import("./words.js").Speaker} speak
 */
function made(layer, content, tables, speak) {
  if (layer.show === "projects") return projectLayer(tables.projects, content, layer);
  if (layer.show === "labels") return new LabelLayer("labels", labelsOf(tables.projects, speak));
  if (layer.show === "file") return outlineLayer(layer, content.outlines[layer.outline]);
  return shapes(layer, tables[layer.show], layer.id);
}

/**
 * @param {any} layer
 * @param {import("./table.js").Table} table
 * @param {string} pane
 */
function shapes(layer, table, pane) {
  const colours = layer.classes.map((/** @type {any} */ c) => c.colour);
  return Object.assign(new ShapeLayer(pane, table, { colours, hatched: layer.show === "tranches" }), { table, spec: layer });
}

/**
 * @param {import("./table.js").Table} table
 * @param {import("./words.js").Speaker} speak
 */
export function labelsOf(table, speak) {
  const label = (/** @type {number} */ row) => ({ text: speak.text().projects[table.text("project", row)].label, bounds: extentOf(table, [row]) });
  return Array.from({ length: table.rows }, (_, row) => label(row)).filter(({ bounds }) => bounds);
}

/**
 * Lines the user brought, each with its name as plain text.
 * @param {any} layer
 * @param {{name: string, at: number[]}[]} lines
 */
function outlineLayer(layer, lines) {
  const renderer = L.canvas({ pane: layer.id, padding: 0.3 });
  const options = { renderer, pane: layer.id, color: layer.classes[0].colour, weight: layer.width, dashArray: layer.dashed ? "6 4" : undefined, fill: false };
  const drawn = lines.map(({ name, at }) => {
    const line = L.polyline(placesOf(at), options);
    return name ? line.bindTooltip(el("span", {}, name), { sticky: true }) : line;
  });
  return Object.assign(L.layerGroup(drawn), { lines });
}

/**
 * Add up differences of longitude and latitude in millionths of a degree.
 * @param {number[]} at
 * @returns {L.LatLng[]}
 */
export function placesOf(at) {
  const places = [];
  for (let i = 0, lon = 0, lat = 0; i < at.length; i += 2) {
    lon += at[i];
    lat += at[i + 1];
    places.push(L.latLng(lat / MICRO, lon / MICRO));
  }
  return places;
}

/**
 * Colour everything as of a day; where two days stand side by side, the earlier left of the line.
 * @param {Scene} scene
 * @param {any} content
 * @param {import("./state.js").State} state
 */
export function showDay({ layers, earlier }, content, { day, from }) {
  for (const layer of content.layers) {
    const { table } = layers[layer.id];
    if (layer.show === "projects") layers[layer.id].showDay(day);
    else if (table) layers[layer.id].show(classesOf(content, layer, table, day, from));
    if (earlier[layer.id] && from) earlier[layer.id].show(classesOf(content, layer, table, from, 0));
  }
}

/**
 * Return how many rows each class of a layer holds on a day.
 * @param {any} content
 * @param {any} layer
 * @param {Tables} tables
 * @param {import("./state.js").State} state
 */
export function countsBy(content, layer, tables, { day, from }) {
  return tally(classesOf(content, layer, tables[layer.show], day, from), layer.classes.length);
}

/** @param {Record<string, any>} layers */
function countsOf(layers) {
  const drawn = Object.entries(layers).filter(([, layer]) => layer.drawn);
  return Object.fromEntries(drawn.map(([id, layer]) => [id, layer.drawn().rows]));
}
