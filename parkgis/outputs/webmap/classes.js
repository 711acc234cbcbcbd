// Which class everything is in on a day: what colours the map, fills the legend and the table.

import { blockClasses } from "./laid.js";
import { HIDDEN } from "./shapelayer.js";
import { reachedOn } from "./table.js";

const ROUNDING = 1e-9; // the sum of a thousand areas may miss the whole by so much
const SAME = 0, MOVED = 1, HANDED = 2;

/**
 * Return the last value of steps [[day, value], ...] by a day.
 * @param {[number, number][]} steps
 * @param {number} day
 */
export function valueBy(steps, day) {
  let value = 0;
  for (const [from, area] of steps ?? []) {
    if (from > day) break;
    value = area;
  }
  return value;
}

/**
 * Return what a project had handed over by a day, m2; on the page's own day the briefing's figure itself.
 * @param {any} content
 * @param {string} id
 * @param {number} day
 */
export function handedBy(content, id, day) {
  return day === content.time.on ? content.projects[id].handed_m2 : valueBy(content.time.handed[id], day);
}

/**
 * @param {any} content
 * @param {any} layer
 * @param {string} id of a project
 * @param {number} day
 */
export function projectClass(content, layer, id, day) {
  if (layer.colour !== "share") return 0;
  const { planned_m2, documented } = content.projects[id];
  if (!planned_m2 || documented === null || documented > day) return 0; // nobody said that nothing was handed over
  const share = handedBy(content, id, day) / planned_m2;
  return 1 + limitOf(layer.limits, share > 1 - ROUNDING && share < 1 + ROUNDING ? 1 + ROUNDING : share);
}

/**
 * @param {(number | null)[]} limits
 * @param {number} value
 */
function limitOf(limits, value) {
  const place = limits.findIndex((limit) => limit === null || value <= limit);
  return place < 0 ? limits.length - 1 : place;
}

/**
 * Return the class of each row of a layer's table on a day, HIDDEN for what was not there yet.
 * @param {any} content
 * @param {any} layer
 * @param {import("./table.js").Table} table
 * @param {number} day
 * @param {number} from
 * @returns {Uint8Array}
 */
export function classesOf(content, layer, table, day, from) {
  const found = CLASSIFY[layer.show](content, layer, table, day, from);
  if (layer.show === "parcels") hideAbsent(table, day, found);
  if (layer.of_stage) for (let row = 0; row < found.length; row++) if (found[row] !== HIDDEN) found[row] = layer.of_stage[found[row]];
  return found;
}

/**
 * Say whether a parcel was there on a day: made by then, and not yet split or merged.
 * @param {import("./table.js").Table} parcels
 * @param {number} row
 * @param {number} day
 */
export function thereOn(parcels, row, day) {
  const [since, until] = parcels.tuple("life", row);
  return since <= day && (until === 0 || day < until);
}

/**
 * @param {import("./table.js").Table} parcels
 * @param {number} day
 * @param {Uint8Array} classes
 */
function hideAbsent(parcels, day, classes) {
  const { of, values } = parcels.tuples.life;
  const absent = Array.from({ length: values.length / 2 }, (_, at) => values[2 * at] > day || (values[2 * at + 1] > 0 && values[2 * at + 1] <= day));
  if (absent.includes(true)) for (let row = 0; row < classes.length; row++) if (absent[of[row]]) classes[row] = HIDDEN;
}

/** @type {Record<string, (content: any, layer: any, table: import("./table.js").Table, day: number, from: number) => Uint8Array>} */
const CLASSIFY = {
  parcels: (content, layer, table, day, from) =>
    layer.colour === "change" ? changes(content, table, day, from) : layer.colour === "stage" ? reachedOn(table, "days", day) : new Uint8Array(table.rows),
  tranches: (content, layer, table, day, from) =>
    Uint8Array.from({ length: table.rows }, (_, row) => {
      const reached = table.int("day", row), stage = table.int("stage", row);
      if (table.int("shown", row) > day) return HIDDEN;
      if (layer.colour !== "change") return layer.colour === "stage" ? stage : 0;
      return reached <= from ? SAME : stage === content.target.stage ? HANDED : MOVED;
    }),
  stages: (content, layer, table, day) => {
    if (day !== content.time.on) return new Uint8Array(table.rows).fill(HIDDEN); // known of the page's own day alone
    return Uint8Array.from({ length: table.rows }, (_, row) => (layer.colour === "stage" ? table.int("stage", row) : 0));
  },
  usable: (content, layer, table, day) => {
    if (day !== content.time.on) return new Uint8Array(table.rows).fill(HIDDEN);
    return blockClasses(layer, table, limitOf);
  },
  blockers: (content, layer, table, day) => {
    if (day !== content.time.on) return new Uint8Array(table.rows).fill(HIDDEN);
    const { rows } = content.board;
    return Uint8Array.from({ length: table.rows }, (_, row) => (layer.colour === "gain" && row < rows.length ? 1 + limitOf(layer.limits, rows[row].unlocks_m2 / 10_000) : 0));
  },
};

/**
 * @param {any} content
 * @param {import("./table.js").Table} table
 * @param {number} day
 * @param {number} from
 */
function changes(content, table, day, from) {
  const found = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const days = table.tuple("days", row);
    const news = (/** @type {number} */ reached) => reached > from && reached <= day;
    found[row] = news(days[content.target.stage - 1]) ? HANDED : days.some(news) ? MOVED : SAME;
  }
  return found;
}

/**
 * @param {Uint8Array} classes
 * @param {number} count
 */
export function tally(classes, count) {
  const found = new Array(count).fill(0);
  for (const one of classes) if (one !== HIDDEN) found[one]++;
  return found;
}
