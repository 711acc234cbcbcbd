// Puts the page together. `map_parkgis` is the Leaflet map that folium made.

import { titleBar, warningBox } from "./bar.js";
import { lightsOf } from "./blockers.js";
import { paintWaiting } from "./canvas.js";
import { unpackedJson } from "./decode.js";
import { el } from "./dom.js";
import { listenToParent } from "./embed.js";
import { inspectorOf } from "./inspect.js";
import { measureOf } from "./measure.js";
import { keepingOpen, sidePanel } from "./panel.js";
import { printDialog } from "./printing.js";
import { hatches } from "./projects.js";
import { labelsOf, sceneOf, showDay } from "./scene.js";
import { searchBox } from "./search.js";
import { settingsBox, themeOf } from "./settings.js";
import { fromFragment, showAddress, stateOf, toFragment } from "./state.js";
import { extentOf, readTable } from "./table.js";
import { tableDialog } from "./tableview.js";
import { timeBar } from "./timebar.js";
import { toolsOf } from "./tools.js";
import { speaker } from "./words.js";

async function main() {
  const started = performance.now();
  const [content, tables] = await Promise.all([unpackedJson(document.getElementById("content")?.textContent ?? ""), readTables()]);
  const map = map_parkgis;
  /** @type {import("./state.js").Store} */
  let store;
  const speak = speaker(content, () => store?.get() ?? { lang: content.lang, unit: "auto" });
  const { view, ...said } = fromFragment(location.hash, content, speak.dayNumber);
  const on = Object.fromEntries(content.layers.map((/** @type {any} */ layer) => [layer.id, layer.on]));
  store = stateOf({ lang: content.lang, unit: "auto", theme: "auto", day: content.time.on, from: content.time.compare ?? 0, at: "", lit: "", on: content.tiles ? { ...on, tiles: true } : on, ...said });
  const stage = el("main", { id: "stage" });
  map.getContainer().replaceWith(stage);
  stage.append(map.getContainer());
  document.documentElement.lang = store.get().lang;
  themeOf(store.get().theme);

  const scene = sceneOf(map, content, tables, speak);
  showDay(scene, content, store.get());
  const inspector = inspectorOf(map, content, tables, scene, speak, store);
  const measure = measureOf(map, content, speak);
  const whole = wholeView(map, content, tables);
  const page = pageOf({ map, content, tables, scene, inspector, measure, speak, store, whole, stage });
  page.frame();
  whole();
  if (view) map.setView([view[1], view[2]], view[0], { animate: false });
  if (!map.getSize().x || !map.getSize().y) whenSized(map, () => (view ? map.invalidateSize({ animate: false }) : whole()));
  [scene.grid, scene.degreeMarks].forEach((layer) => layer.addTo(map));
  page.turn();
  paintWaiting();
  listen(map, content, page);
  // what tests and embedding pages may rely on
  const counts = { projects: tables.projects.rows, parcels: 0, tranches: 0, ...scene.counts() };
  Object.assign(window, { parkgis: { map, drawn: counts, milliseconds: performance.now() - started, keyAt: inspector.keyAt, scene, store, speak, content, tables } });
  Object.assign(document.body.dataset, { drawn: "true", ...counts });

  await onScreen();
  page.furnish();
  lightsOf({ map, content, tables, scene, speak, store, inspector });
  listenToParent(content, speak, store, inspector);
  if (said.at) inspector.open(said.at);
  document.body.dataset.ready = "true";
}

/** @returns {Promise<Record<string, import("./table.js").Table>>} */
async function readTables() {
  const ids = [...document.querySelectorAll("script[type='application/octet-stream']:not(#content)")].map(({ id }) => id);
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await readTable(id)])));
}

const HIDDEN_PAGE_MS = 200; // a page that is not shown has no frames

/** Wait until what is painted by now is on the screen: after the frame that takes it there. */
function onScreen() {
  return new Promise((tell) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(tell)));
    setTimeout(tell, HIDDEN_PAGE_MS);
  });
}

/**
 * Return what brings the view to the land that is drawn, or to the province where nothing is, and keeps it there.
 * @param {L.Map} map
 * @param {any} content
 * @param {Record<string, import("./table.js").Table>} tables
 */
function wholeView(map, content, tables) {
  const all = boundsOfAll(Object.values(tables)) ?? L.latLngBounds(content.bounds);
  const own = Array.isArray(content.extent) ? L.latLngBounds([content.extent[1], content.extent[0]], [content.extent[3], content.extent[2]]) : null;
  const wanted = own ?? (content.extent === "province" ? L.latLngBounds(content.bounds) : content.extent === "parcels" ? boundsOfAll([tables.parcels, tables.usable, tables.blockers, tables.stages]) : null) ?? all;
  const limit = L.latLngBounds(all.getSouthWest(), all.getNorthEast()).extend(wanted).pad(0.4);
  limit.extend(all.getCenter().toBounds(20_000));
  map.setMaxZoom(content.max_zoom);
  map.options.maxBoundsViscosity = 1;
  return () => {
    map.invalidateSize({ animate: false });
    map.setMinZoom(0); // a window made narrower needs a lower one
    map.fitBounds(wanted.pad(0.05), { animate: false });
    map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(limit)));
    map.setMaxBounds(limit);
  };
}

/**
 * Wait for room: the map of a frame may be drawn before the page around it has given it any.
 * @param {L.Map} map
 * @param {() => void} then
 */
function whenSized(map, then) {
  const box = map.getContainer();
  const seen = new ResizeObserver(() => {
    if (!box.clientWidth || !box.clientHeight) return;
    seen.disconnect();
    then();
  });
  seen.observe(box);
}

/** @param {(import("./table.js").Table | undefined)[]} tables */
function boundsOfAll(tables) {
  const found = tables.map((table) => table && extentOf(table)).filter((bounds) => !!bounds);
  return found.length ? found.reduce((all, bounds) => all.extend(bounds), L.latLngBounds([])) : null;
}

/**
 * @typedef {object} Parts everything a page consists of
 * @property {L.Map} map
 * @property {any} content
 * @property {Record<string, import("./table.js").Table>} tables
 * @property {import("./scene.js").Scene} scene
 * @property {import("./inspect.js").Inspector} inspector
 * @property {ReturnType<typeof measureOf>} measure
 * @property {import("./words.js").Speaker} speak
 * @property {import("./state.js").Store} store
 * @property {() => void} whole
 * @property {HTMLElement} stage
 */

/**
 * The parts of the page that are made of text: built anew in another language or unit.
 * @param {Parts} parts
 */
function pageOf(parts) {
  const { map, content, tables, scene, inspector, measure, speak, store, whole, stage } = parts;
  const desk = { content, speak, tables, store, choose: inspector.project, go: (/** @type {string} */ show, /** @type {number} */ row) => choose(() => inspector.land(show, row)) };
  const printed = (/** @type {Element} */ node) => store.get().on[node.id.replace("part-legend-", "")] !== false; // of what is drawn
  const legends = () => [...document.querySelectorAll("#panel [id^=part-legend], #part-lines")].filter(printed).map((node) => node.cloneNode(true));
  const studio = { map, content, scene, speak, store };
  const ask = (/** @type {HTMLDialogElement} */ dialog) => {
    document.body.append(dialog);
    dialog.showModal();
  };
  const acts = { home: whole, table: () => ask(tableDialog(desk)), print: () => ask(printDialog(studio, legends)), link: () => copyLink(map, content, speak, store, measure.said) };
  /** @type {any} */
  const built = {};
  return {
    ...parts,
    /** What leaves the map its room: the bars above and below it, and the place of the panel. */
    frame() {
      [built.bar, built.warnings, built.time?.bar].forEach((node) => node?.remove());
      built.time?.stop();
      const bar = titleBar(content, speak, store), warnings = warningBox(speak.text().warnings);
      const sides = Object.keys(scene.earlier).length > 0;
      const time = timeBar(desk, (share) => swipe(scene, share), sides);
      Object.assign(built, { bar, warnings, time, panel: built.panel ?? el("aside", { id: "panel" }) });
      stage.before(bar, warnings);
      stage.append(built.panel);
      map.getContainer().append(measure.said);
      stage.after(time.bar);
      dress(map, content, speak);
    },
    /** What stands beside the map and on it. */
    furnish() {
      built.toggle?.remove();
      built.tools?.remove();
      const side = sidePanel(desk, searchBox(desk, inspector), settingsBox(speak, store));
      const toggle = toggleOf(side.panel, speak);
      built.panel.replaceWith(side.panel);
      stage.append(toggle);
      Object.assign(built, { panel: side.panel, side, toggle, tools: toolsOf(map, content, speak, acts, measure) });
    },
    /** Another language or unit. */
    again() {
      keepingOpen(document, () => {
        this.frame();
        this.furnish();
      });
      map.invalidateSize({ animate: false });
    },
    /** Another day: the figures that belong to it. */
    days() {
      showDay(scene, content, store.get());
      nameSides(speak, store.get());
      const bar = titleBar(content, speak, store);
      built.bar.replaceWith(bar);
      built.bar = bar;
      built.side?.update();
      built.time.say();
    },
    /** Layers on and off; two days side by side. */
    turn() {
      const { on, from } = store.get();
      for (const [id, layer] of Object.entries(scene.layers)) on[id] ? layer.addTo(map) : layer.remove();
      for (const [id, layer] of Object.entries(scene.earlier)) from && on[id] ? layer.addTo(map) : layer.remove();
      swipe(scene, from ? Number(/** @type {HTMLInputElement | null} */ (document.getElementById("swipe"))?.value ?? 50) / 100 : 0);
      nameSides(speak, store.get());
    },
  };
}

/**
 * Put the line between two days somewhere: the earlier is left of it.
 * @param {import("./scene.js").Scene} scene
 * @param {number} share of the view's width; 0 for none
 */
function swipe({ layers, earlier }, share) {
  for (const id of Object.keys(earlier)) {
    layers[id].clip(share, 1);
    earlier[id].clip(0, share);
  }
  const line = document.getElementById("swipe-line") ?? el("div", { id: "swipe-line", "aria-hidden": "true" });
  if (!line.isConnected) document.getElementById("map_parkgis")?.append(line);
  line.hidden = share === 0 || !Object.keys(earlier).length;
  line.style.left = `${share * 100}%`;
}

/** Show something on the map; a panel that covers it steps aside. @param {() => void} act */
function choose(act) {
  if (document.getElementById("panel")?.classList.contains("open")) document.getElementById("toggle")?.click();
  act();
}

/**
 * Write the two days on the line between them.
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").State} state
 */
function nameSides(speak, { day, from }) {
  const line = document.getElementById("swipe-line");
  if (line) Object.assign(line.dataset, { from: speak.day(from), to: speak.day(day) });
}

/**
 * @param {HTMLElement} panel
 * @param {import("./words.js").Speaker} speak
 */
function toggleOf(panel, speak) {
  const toggle = el("button", { type: "button", id: "toggle", "aria-controls": "panel", "aria-expanded": "false" }, speak.say("panel"));
  toggle.addEventListener("click", () => {
    const open = panel.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = speak.say(open ? "panel_close" : "panel");
  });
  return toggle;
}

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 */
function dress(map, content, speak) {
  const holder = map.getContainer();
  holder.setAttribute("role", "application");
  holder.setAttribute("aria-label", speak.say("map_label"));
  holder.querySelectorAll(".demo-ribbon, .demo-mark").forEach((node) => node.remove());
  const share = content.layers.find((/** @type {any} */ layer) => layer.show === "projects");
  document.querySelector("body > .hatches")?.remove();
  if (share) document.body.append(hatches(share.classes)); // outside the stage: paper needs them when the rest is hidden
  const { demo_short } = speak.text();
  if (demo_short) holder.append(el("div", { class: "demo-ribbon", "aria-hidden": "true" }, demo_short), el("div", { class: "demo-mark", "aria-hidden": "true" }, demo_short));
}

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {ReturnType<typeof pageOf>} page
 */
function listen(map, content, page) {
  const { store, speak, scene, inspector, measure, tables } = page;
  store.listen((state, changed) => {
    const spoken = changed.has("lang") || changed.has("unit");
    if (changed.has("lang")) {
      document.documentElement.lang = state.lang;
      document.title = speak.text().title;
      if (scene.layers.labels) scene.layers.labels._labels = labelsOf(tables.projects, speak);
      [scene.layers.labels, scene.degreeMarks].forEach((layer) => layer && map.hasLayer(layer) && layer._update());
    }
    if (changed.has("theme")) themeOf(state.theme);
    if (spoken) page.again();
    if (changed.has("day") || changed.has("from")) page.days();
    if (changed.has("on") || changed.has("from") || spoken) page.turn();
    if (spoken || changed.has("day")) inspector.refresh();
    if (spoken) measure.redraw();
    showAddress(toFragment(state, map, speak, content));
  });
  map.on("moveend", () => showAddress(toFragment(store.get(), map, speak, content)));
  map.on("click", (/** @type {L.LeafletMouseEvent} */ event) => (measure.active() ? measure.add(event.latlng) : inspector.at(event.latlng)));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.target !== map.getContainer()) return;
    if (event.key === "Enter") (measure.active() ? measure.add : inspector.at)(map.getCenter());
    if (event.key === "Escape" && measure.active()) measure.start("");
  });
}

/**
 * @param {L.Map} map
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 * @param {HTMLElement} said
 */
async function copyLink(map, content, speak, store, said) {
  showAddress(toFragment(store.get(), map, speak, content));
  let told = "link_copied";
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    told = "link_failed"; // no clipboard for a file or a frame: the address bar has it
  }
  said.hidden = false;
  said.replaceChildren(el("p", {}, speak.say(told)));
  setTimeout(() => (said.hidden = true), 4000);
}

main().catch((error) => {
  document.querySelectorAll(".failed").forEach((node) => node.removeAttribute("hidden"));
  throw error;
});
