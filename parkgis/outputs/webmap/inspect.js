// Answers a click: finds what lies there, opens its sheet, outlines it.

import { blockerSheet } from "./blockers.js";
import { thereOn } from "./classes.js";
import { el } from "./dom.js";
import { blockSheet } from "./laid.js";
import { parcelKey, projectSheet, SHEETS, sheetElement } from "./popup.js";
import { extentOf, rowsAt } from "./table.js";

const BESIDE_PX = [52, 8, 5]; // left of a sheet (the buttons), above it, right and below

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {Record<string, import("./table.js").Table>} tables
 * @param {import("./scene.js").Scene} scene
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 */
export function inspectorOf(map, content, tables, scene, speak, store) {
  const opener = (/** @type {string} */ id) =>
    el("button", { type: "button", class: "link", on: { click: () => inspector.project(id, false) } }, speak.text().projects[id]?.name ?? id);
  const context = { content, speak, tables, store, opener };
  // A parcel before the part of it that lies on top: its sheet tells of the part as well.
  /** @type {typeof SHEETS} */
  const sheets = { blockers: blockerSheet, ...SHEETS, usable: blockSheet };
  const answering = Object.keys(sheets).flatMap((show) => content.layers.filter((/** @type {any} */ layer) => layer.show === show && tables[show]));
  /** @type {{popup: L.Popup, again: () => HTMLElement} | null} */
  let open = null;

  const show = (/** @type {L.LatLng} */ latlng, /** @type {string} */ at, /** @type {() => import("./popup.js").Sheet} */ sheet) => {
    const size = map.getSize();
    const width = Math.min(440, size.x - 110); // beside the buttons, on a phone too
    const options = { maxWidth: width, minWidth: Math.min(280, width), maxHeight: Math.max(0.62 * size.y, 160), autoPan: false };
    const element = () => sheetElement(sheet(), speak.text().demo_short);
    const body = element();
    const before = document.activeElement;
    const popup = L.popup(options).setLatLng(latlng).setContent(body).openOn(map);
    popup.getElement()?.addEventListener("keydown", (event) => event.key === "Escape" && popup.close()); // Leaflet hears it only from the map itself
    popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", speak.say("close"));
    popup.on("remove", () => closed(popup, before));
    settle(map, popup);
    open = { popup, again: element };
    body.focus({ preventScroll: true });
    store.set({ at });
  };
  const closed = (/** @type {L.Popup} */ popup, /** @type {Element | null} */ before) => {
    if (open?.popup === popup) {
      open = null;
      store.set({ at: "" });
    }
    [...Object.values(scene.layers), ...Object.values(scene.earlier)].forEach((layer) => layer.highlight?.([]));
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
  const boundsOf = (/** @type {string} */ id) => {
    for (const table of [tables.projects, tables.parcels]) {
      if (!table?.texts("project").includes(id)) continue;
      const found = extentOf(table, [...Array(table.rows).keys()].filter((row) => table.text("project", row) === id));
      if (found) return found;
    }
    return null;
  };
  const inspector = {
    /** @param {string} id @param {boolean} [move] */
    project(id, move = true) {
      const bounds = boundsOf(id);
      if (bounds && move) map.fitBounds(bounds.pad(0.5), { animate: false });
      show(bounds?.getCenter() ?? map.getCenter(), id, () => projectSheet(context, id));
    },
    /** @param {number} row @param {L.LatLng} [latlng] @param {any} [side] the layer it was found on: of two days, the one left of the line */
    parcel(row, latlng, side = scene.layers.parcels) {
      const bounds = extentOf(tables.parcels, [row]);
      if (!latlng && bounds) map.fitBounds(bounds.pad(3), { animate: false, maxZoom: 18 });
      side?.highlight([row]);
      const day = () => (side === scene.earlier.parcels && store.get().from) || store.get().day;
      const at = `${tables.parcels.text("project", row)}:${parcelKey(tables.parcels, row)}`;
      show(latlng ?? bounds?.getCenter() ?? map.getCenter(), at, () => SHEETS.parcels(context, row, day()));
    },
    /** Open a row of any layer: @param {string} of what the layer shows @param {number} row @param {L.LatLng} [latlng] @param {any} [side] */
    land(of, row, latlng, side = scene.layers[of]) {
      const table = tables[of], bounds = extentOf(table, [row]);
      if (!latlng && bounds) map.fitBounds(bounds.pad(of === "blockers" ? 3 : 0.5), { animate: false, maxZoom: 18 });
      side.highlight([row]);
      const day = () => (side === scene.earlier[of] && store.get().from) || store.get().day;
      const at = of === "blockers" ? `${table.text("project", row)}:${parcelKey(table, row)}` : "";
      show(latlng ?? bounds?.getCenter() ?? map.getCenter(), at, () => sheets[of](context, row, day()));
    },
    /** @param {L.LatLng} latlng */
    at(latlng) {
      for (const layer of answering) {
        const side = [scene.earlier[layer.id], scene.layers[layer.id]].find((one) => one && map.hasLayer(one) && one.at(latlng) >= 0);
        if (!side) continue;
        return layer.show === "parcels" ? inspector.parcel(side.at(latlng), latlng, side) : inspector.land(layer.show, side.at(latlng), latlng, side);
      }
      const project = scene.layers.projects && map.hasLayer(scene.layers.projects) ? rowsAt(tables.projects, latlng).pop() : undefined;
      if (project === undefined) return undefined;
      const id = tables.projects.text("project", project);
      return show(latlng, id, () => projectSheet(context, id));
    },
    /** Open what an address names: @param {string} at a project, or project:parcel */
    open(at) {
      const [id, key] = [at.split(":")[0], at.split(":").slice(1).join(":")];
      const row = key && tables.parcels ? [...Array(tables.parcels.rows).keys()].find((r) => parcelKey(tables.parcels, r) === key && tables.parcels.text("project", r) === id) : undefined;
      const held = key && tables.blockers ? [...Array(tables.blockers.rows).keys()].find((r) => parcelKey(tables.blockers, r) === key && tables.blockers.text("project", r) === id) : undefined;
      if (held !== undefined) inspector.land("blockers", held);
      else if (row !== undefined) inspector.parcel(row);
      else inspector.project(id);
    },
    /** Say the open sheet anew: in another language, unit or day. */
    refresh() {
      open?.popup.setContent(open.again());
      inspector.settle();
    },
    /** Keep the open sheet in the view after the map moved. */
    settle() {
      if (open) settle(map, open.popup);
    },
    /** @param {any} latlng */
    keyAt(latlng) {
      const row = tables.parcels ? rowsAt(tables.parcels, L.latLng(latlng)).findLast((at) => thereOn(tables.parcels, at, store.get().day)) : undefined;
      return row === undefined ? null : parcelKey(tables.parcels, row);
    },
  };
  return inspector;
}

/**
 * Bring a sheet into the view at once. Leaflet would slide it there for a quarter second: a press that begins on its box
 * could end beside it, on the map, which closes the sheet.
 * @param {L.Map} map
 * @param {L.Popup} popup
 */
function settle(map, popup) {
  const sheet = popup.getElement()?.getBoundingClientRect(), room = map.getContainer().getBoundingClientRect();
  if (!sheet) return;
  const [left, top, brim] = BESIDE_PX;
  const over = (/** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ from, /** @type {number} */ to) => {
    const beyond = Math.max(high - to, 0);
    return low - beyond < from ? low - from : beyond; // what does not fit shows its beginning
  };
  const x = over(sheet.left, sheet.right, room.left + left, room.right - brim), y = over(sheet.top, sheet.bottom, room.top + top, room.bottom - brim);
  if (x || y) map.panBy([x, y], { animate: false });
}

/** @typedef {ReturnType<typeof inspectorOf>} Inspector */
