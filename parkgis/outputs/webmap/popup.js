// What a click shows: a sheet of plain text.

import { el, plain } from "./dom.js";

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} [sub]
 * @property {[string, string | Node][]} rows label and value
 * @property {string[]} [head]
 * @property {string[][]} [table]
 */

/**
 * @param {Sheet} sheet
 * @param {string} [demo]
 */
export function sheetElement({ title, sub, rows, head = [], table = [] }, demo = "") {
  return el(
    "div",
    { class: "sheet", tabindex: -1 },
    demo && el("p", { class: "sheet-demo" }, demo),
    el("h3", {}, plain(title)),
    sub && el("p", { class: "sub" }, plain(sub)),
    el("dl", {}, ...rows.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, typeof value === "string" ? plain(value) : value)))),
    table.length > 0 && tableElement(head, table),
  );
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function tableElement(head, rows) {
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, ...rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, plain(first)), ...rest.map((text) => el("td", {}, text))))),
  );
}

/**
 * @param {import("./table.js").Table} parcels
 * @param {number} row
 */
export function parcelKey(parcels, row) {
  const lot = parcels.ints.lot[row];
  const block = parcels.text("block", row);
  return lot < 0 ? block : `${block}/${lot}`;
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {{parcels: import("./table.js").Table, tranches: import("./table.js").Table}} tables
 * @param {number} row
 * @param {Node} project a way to the project's own sheet
 * @returns {Sheet}
 */
export function parcelSheet(content, speak, { parcels, tranches }, row, project) {
  const key = parcelKey(parcels, row);
  const stage = content.stages[parcels.ints.stage[row] - 1];
  const days = content.stages.map((/** @type {any} */ s) => [s.short, parcels.ints[`day_${s.code}`][row]]);
  return {
    title: speak.say("parcel", { key }),
    rows: [
      [speak.say("row_project"), project],
      [speak.say("row_land_use"), speak.land(parcels.text("land_use", row))],
      [speak.say("row_area_in"), speak.area(parcels.ints.area[row])],
      [speak.say("row_stage"), stage ? stage.name : speak.say("stage_none")],
      ...parts(content, speak, tranches, parcels.text("project", row), key),
    ],
    head: [speak.say("col_stage"), speak.say("col_day")],
    table: days.filter((/** @type {[string, number]} */ [, day]) => day).map((/** @type {[string, number]} */ [name, day]) => [name, speak.day(day)]),
  };
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./table.js").Table} tranches
 * @param {string} project
 * @param {string} key
 * @returns {[string, string][]}
 */
function parts(content, speak, tranches, project, key) {
  /** @type {[string, string][]} */
  const found = [];
  for (let row = 0; row < tranches.rows; row++) {
    if (tranches.text("key", row) === key && tranches.text("project", row) === project) {
      const stage = content.stages[tranches.ints.stage[row] - 1].short;
      found.push([found.length ? "" : speak.say("parts_here"), `${stage}: ${speak.area(tranches.ints.area[row])}, ${speak.day(tranches.ints.day[row])}`]);
    }
  }
  return found;
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./table.js").Table} tranches
 * @param {number} row
 * @param {Node} project
 * @returns {Sheet}
 */
export function trancheSheet(content, speak, tranches, row, project) {
  const key = tranches.text("key", row);
  return {
    title: key ? speak.say("tranche_part", { key }) : speak.say("tranche_outside"),
    rows: [
      [speak.say("row_project"), project],
      [speak.say("col_stage"), content.stages[tranches.ints.stage[row] - 1].name],
      [speak.say("row_day"), speak.day(tranches.ints.day[row])],
      [speak.say("row_area"), speak.area(tranches.ints.area[row])],
    ],
  };
}
