// The blocker board: tick a parcel, and the usable land it would join lights up.

import { el, plain, section } from "./dom.js";
import { wanted } from "./laid.js";
import { parcelKey } from "./popup.js";
import { HIDDEN } from "./shapelayer.js";
import { extentOf } from "./table.js";

const NAMED = 4; // lit parcels that the box on the map names
const NEAR_PX = 90; // a block smaller than this on the screen is gone to

/** @typedef {{project: string, key: string, m2: number, unlocks_m2: number, stage: number}} Blocker */
/** @typedef {{project: string, keys: string[], rows: number[], unlocks_m2: number, better_m2: number | null}} Bundle */

/** Return what is ticked: rows of the table `opens`. @param {import("./state.js").State} state */
export function litRows({ lit }) {
  return lit ? lit.split(",").map(Number) : [];
}

/**
 * @param {any} content
 * @param {number} at row of the table `opens`
 * @returns {{bundle?: Bundle, parcel?: Blocker}}
 */
function itemAt({ board }, at) {
  return at < board.rows.length ? { parcel: board.rows[at] } : { bundle: board.bundles[at - board.rows.length] };
}

/** Return the rows of the table `blockers` that an item ticks. @param {any} content @param {number} at */
function parcelsOf(content, at) {
  return itemAt(content, at).bundle?.rows ?? [at];
}

/**
 * @param {import("./state.js").Store} store
 * @param {number} at
 * @param {boolean} on
 */
function tick(store, at, on) {
  const others = litRows(store.get()).filter((row) => row !== at);
  store.set({ lit: (on ? [...others, at] : others).join(",") });
}

/**
 * @param {import("./state.js").Store} store
 * @param {number} at
 * @param {import("./dom.js").Attributes} attributes
 */
function tickBox(store, at, attributes) {
  const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", "data-lit": at, checked: litRows(store.get()).includes(at), ...attributes }));
  box.addEventListener("change", () => tick(store, at, box.checked));
  return box;
}

// -- beside the map ----------------------------------------------------------------------------------------

/** @param {import("./panel.js").Desk} desk */
export function boardSection(desk) {
  const { content, speak } = desk;
  if (!content.board) return [];
  const { rows, bundles } = content.board;
  const { none, exact } = speak.text().board;
  const open = el("p", { class: "note" }, speak.say("board_open", { count: speak.number(desk.tables.blockers.rows, 0) }));
  const board = none
    ? [el("p", {}, none), open]
    : [el("p", { class: "note" }, speak.say("board_hint")), el("ol", { class: "board-list tall" }, ...rows.map((/** @type {Blocker} */ _, /** @type {number} */ at) => parcelLine(desk, at))), open, el("p", { class: "note" }, exact)];
  const most = Math.max(0, ...bundles.map((/** @type {Bundle} */ { keys }) => keys.length));
  const together = bundles.length > 0 && section("bundles", speak.say("bundles_title"), true, el("p", { class: "note" }, speak.say("bundles_hint", { count: most })), el("ul", { class: "board-list" }, ...bundles.map((/** @type {Bundle} */ bundle, /** @type {number} */ i) => bundleLine(desk, bundle, rows.length + i))));
  return [section("board", speak.say("board_title", { count: rows.length }), true, ...board), together];
}

/**
 * @param {import("./panel.js").Desk} desk
 * @param {number} at
 */
function parcelLine({ content, speak, store, go }, at) {
  /** @type {Blocker} */
  const { project, key, unlocks_m2, stage } = content.board.rows[at];
  const { obstacle, next } = speak.text().board.rows[at];
  const label = speak.text().projects[project].label, area = speak.area(unlocks_m2);
  const steps = [label, speak.stage(stage).short, next && speak.say("board_next", { step: next }), obstacle && speak.say("board_obstacle", { name: obstacle })];
  return el(
    "li",
    {},
    tickBox(store, at, { id: `tick-${at}`, "aria-label": speak.say("board_tick", { key, project: label, area }) }),
    el("div", {}, el("button", { type: "button", class: "link", title: speak.say("board_go", { key }), on: { click: () => go("blockers", at) } }, `${at + 1}. `, plain(key)), el("p", { class: "sub" }, plain(steps.filter(Boolean).join(" · ")))),
    el("span", { class: "gain" }, `+ ${area}`),
  );
}

/**
 * @param {import("./panel.js").Desk} desk
 * @param {Bundle} bundle
 * @param {number} at
 */
function bundleLine({ speak, store }, { project, keys, unlocks_m2, better_m2 }, at) {
  const label = speak.text().projects[project].label, area = speak.area(unlocks_m2);
  const said = { count: keys.length, project: label, area };
  return el("li", {}, tickBox(store, at, { id: `tick-${at}`, "aria-label": speak.say("bundle_tick", said) }), el("div", {}, el("span", {}, plain(speak.say("bundle", said))), el("p", { class: "sub" }, plain(keys.join(", "))), el("p", { class: "sub" }, better_m2 === null ? speak.say("bundle_unproven") : speak.say("bundle_better", { area: speak.area(better_m2) }))), el("span", { class: "gain" }, speak.say("bundle_area", said)));
}

/**
 * The board as a table.
 * @param {import("./panel.js").Desk} desk
 * @returns {import("./laid.js").Figures[]}
 */
export function boardTables({ content, speak }) {
  if (!content.board?.rows.length) return [];
  const { rows } = content.board, said = speak.text().board.rows;
  const head = ["board_parcel", "row_project", "row_unlocks", "row_own", "row_stage", "row_obstacle", "row_next", "row_office", "row_due"].map((key) => speak.say(key));
  const line = (/** @type {Blocker} */ one, /** @type {number} */ at) => [`${at + 1}. ${one.key}`, speak.text().projects[one.project].label, speak.area(one.unlocks_m2), speak.area(one.m2, true), speak.stage(one.stage).short, said[at].obstacle || "–", said[at].next || "–", said[at].office || "–", said[at].due || "–"];
  return [{ title: speak.say("board_title", { count: rows.length }), head, rows: rows.map(line), texts: true }];
}

// -- on the map --------------------------------------------------------------------------------------------

/**
 * What a click on a parcel that is not handed over tells.
 * @param {import("./popup.js").Context} context
 * @param {number} row
 * @returns {import("./popup.js").Sheet}
 */
export function blockerSheet({ content, speak, store, tables: { blockers }, opener }, row) {
  const { rows: board, rest_m2 } = content.board;
  const key = parcelKey(blockers, row), listed = row < board.length;
  const said = listed ? speak.text().board.rows[row] : {};
  const light = listed && el("label", { class: "tick" }, tickBox(store, row, {}), el("span", {}, speak.say("light")));
  /** @type {[string, string, string | Node][]} */
  const rows = [
    ["project", speak.say("row_project"), opener(blockers.text("project", row))],
    ["unlocks", speak.say("row_unlocks"), listed ? speak.area(board[row].unlocks_m2) : speak.say("row_unlocks_rest", { area: speak.area(rest_m2) })],
    ["rank", speak.say("row_rank"), listed ? speak.say("row_rank_of", { rank: row + 1, count: speak.number(blockers.rows, 0) }) : ""],
    ["area", speak.say("row_own"), speak.tableArea(blockers.int("area", row))],
    ["stage", speak.say("row_stage"), speak.stage(blockers.int("stage", row)).name],
    ["obstacle", speak.say("row_obstacle"), said.obstacle || (listed ? speak.say("row_obstacle_none") : "")],
    ["next", speak.say("row_next"), said.next ?? ""],
    ["office", speak.say("row_office"), said.office ?? ""],
    ["due", speak.say("row_due"), said.due ?? ""],
  ];
  return { title: speak.say("parcel", { key }), rows: wanted(content, "blockers", rows), foot: light || undefined };
}

/**
 * Keep the map in step with what is ticked.
 * @param {{map: L.Map, content: any, tables: Record<string, import("./table.js").Table>, scene: import("./scene.js").Scene, speak: import("./words.js").Speaker, store: import("./state.js").Store, inspector: import("./inspect.js").Inspector}} parts
 */
export function lightsOf({ map, content, tables, scene, speak, store, inspector }) {
  const { lit, ticked } = scene;
  if (!lit || !ticked) return;
  const box = el("div", { id: "lit", role: "status", hidden: true });
  L.DomEvent.disableClickPropagation(box);
  map.getContainer().append(box);
  const colours = scene.classes("blockers", store.get());
  const show = () => {
    const rows = litRows(store.get());
    const parcels = [...new Set(rows.flatMap((at) => parcelsOf(content, at)))];
    only(lit, tables.opens.rows, rows, () => 0);
    only(ticked, tables.blockers.rows, parcels, (row) => colours[row]);
    for (const layer of [lit, ticked]) rows.length ? layer.addTo(map) : layer.remove();
    document.querySelectorAll("input[data-lit]").forEach((input) => (/** @type {HTMLInputElement} */ (input).checked = rows.includes(Number(/** @type {HTMLElement} */ (input).dataset.lit))));
    box.hidden = rows.length === 0;
    box.replaceChildren(...(rows.length ? told(content, speak, store, rows) : []));
  };
  let before = litRows(store.get());
  store.listen((_, changed) => {
    if (!["lit", "lang", "unit"].some((key) => changed.has(key))) return;
    show();
    const now = litRows(store.get()), added = now.find((at) => !before.includes(at));
    before = now;
    if (added === undefined) return;
    goTo(map, tables, parcelsOf(content, added), added, box.offsetTop + box.offsetHeight);
    inspector.settle(); // the sheet in which it was ticked stays in the view
  });
  show();
}

/**
 * @param {import("./shapelayer.js").Shapes} layer
 * @param {number} count
 * @param {number[]} rows
 * @param {(row: number) => number} classOf
 */
function only(layer, count, rows, classOf) {
  const classes = new Uint8Array(count).fill(HIDDEN);
  for (const row of rows) classes[row] = classOf(row);
  layer.show(classes);
  layer.highlight(rows);
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 * @param {number[]} rows
 */
function told(content, speak, store, rows) {
  const line = (/** @type {number} */ at) => {
    const { parcel, bundle } = itemAt(content, at);
    const project = speak.text().projects[(parcel ?? bundle)?.project ?? ""]?.label ?? "";
    const text = bundle ? speak.say("lit_bundle", { count: bundle.keys.length, project, area: speak.area(bundle.unlocks_m2) }) : speak.say("lit_one", { key: parcel?.key ?? "", area: speak.area(parcel?.unlocks_m2 ?? 0) });
    return el("li", {}, plain(text));
  };
  const named = rows.slice(-NAMED).reverse();
  return [
    el("p", { class: "lit-title" }, el("span", { class: "lit-swatch", "aria-hidden": "true", style: { background: content.board.lit } }), speak.say("lit_title")),
    el("ul", {}, ...named.map(line), rows.length > NAMED && el("li", {}, speak.say("lit_more", { count: rows.length - NAMED }))),
    rows.length > 1 && el("p", { class: "note" }, speak.say("lit_many")),
    el("button", { type: "button", id: "lit-clear", on: { click: () => store.set({ lit: "" }) } }, speak.say("lit_clear")),
  ].filter((node) => node instanceof Node);
}

/**
 * Go to what lights up, unless it is already well in the view.
 * @param {L.Map} map
 * @param {Record<string, import("./table.js").Table>} tables
 * @param {number[]} parcels
 * @param {number} at
 * @param {number} top pixels under the box that says what is lit
 */
function goTo(map, tables, parcels, at, top) {
  const bounds = extentOf(tables.opens, [at]) ?? extentOf(tables.blockers, parcels);
  if (!bounds) return;
  const low = map.latLngToContainerPoint(bounds.getSouthWest()), high = map.latLngToContainerPoint(bounds.getNorthEast());
  const seen = map.getBounds().contains(bounds) && Math.max(high.x - low.x, low.y - high.y) >= NEAR_PX;
  if (!seen) map.fitBounds(bounds.pad(0.25), { animate: false, paddingTopLeft: [0, Math.min(top, 0.4 * map.getSize().y)] });
}
