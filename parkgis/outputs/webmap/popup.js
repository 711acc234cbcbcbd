// What a click shows: a sheet of plain text.

import { handedBy } from "./classes.js";
import { el, plain } from "./dom.js";

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} [sub]
 * @property {[string, string | Node][]} rows label and value
 * @property {string[]} [head]
 * @property {string[][]} [table]
 * @property {Node} [foot]
 */

/**
 * @typedef {object} Context what every sheet is made from
 * @property {any} content
 * @property {import("./words.js").Speaker} speak
 * @property {Record<string, import("./table.js").Table>} tables
 * @property {import("./state.js").Store} store
 * @property {(id: string) => Node} opener a way to a project's own sheet
 */

/**
 * @param {Sheet} sheet
 * @param {string} [demo]
 */
export function sheetElement({ title, sub, rows, head = [], table = [], foot }, demo = "") {
  return el(
    "div",
    { class: "sheet", tabindex: -1, role: "dialog", "aria-label": title },
    demo && el("p", { class: "sheet-demo" }, demo),
    el("h3", {}, plain(title)),
    sub && el("p", { class: "sub" }, plain(sub)),
    el("dl", {}, ...rows.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, typeof value === "string" ? plain(value) : value)))),
    table.length > 0 && tableElement(head, table),
    foot,
  );
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function tableElement(head, rows) {
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, ...rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, plain(first)), ...rest.map((text) => el("td", {}, plain(text)))))),
  );
}

/**
 * @param {Context} context
 * @param {string} id
 * @returns {Sheet}
 */
export function projectSheet({ content, speak, store }, id) {
  const { name, sub, rows, stages } = speak.text().projects[id];
  const { day } = store.get();
  const value = (/** @type {any} */ of) => (typeof of === "string" ? of : speak.area(of.m2));
  const { documented } = content.projects[id];
  const moved = day === content.time.on || documented === null || documented > day ? [] : [[speak.say("handed_by", { day: speak.day(day) }), speak.area(handedBy(content, id, day))]];
  return {
    title: name,
    sub: `${sub} · ${speak.say("as_of", { day: speak.day(content.time.on) })}`,
    rows: [...moved, ...rows.map((/** @type {[string, string, any]} */ [, label, of]) => [label, value(of)])],
    head: [speak.say("col_stage"), speak.say("col_area"), speak.say("col_parcels")],
    table: stages ? content.projects[id].stages.map((/** @type {[number, number]} */ [m2, count], /** @type {number} */ i) => [speak.stage(i + 1).short, speak.area(m2), speak.number(count, 0)]) : [],
  };
}

/**
 * @param {import("./table.js").Table} parcels
 * @param {number} row
 */
export function parcelKey(parcels, row) {
  const lot = parcels.int("lot", row);
  const block = parcels.text("block", row);
  return lot < 0 ? block : `${block}/${lot}`;
}

/**
 * @param {Context} context
 * @param {number} row
 * @param {number} day
 * @returns {Sheet}
 */
export function parcelSheet(context, row, day) {
  const { content, speak, tables, opener } = context;
  const { parcels } = tables;
  const key = parcelKey(parcels, row), project = parcels.text("project", row);
  const days = parcels.tuple("days", row);
  const newest = days.reduce((last, reached, i) => (reached && reached <= day ? i + 1 : last), 0);
  /** @type {[string, string, string | Node][]} */
  const rows = [
    ["project", speak.say("row_project"), opener(project)],
    ["land_use", speak.say("row_land_use"), speak.land(parcels.text("land_use", row))],
    ["commune", speak.say("row_commune"), key.split("/").length > 2 ? key.split("/")[0] : ""],
    ["area", speak.say("row_area_in"), speak.tableArea(parcels.int("area", row))],
    ["stage", speak.say("row_stage"), speak.stage(newest).name],
    ["dispute", speak.say("disputed"), dispute(context, project, key, parcels.int("area", row))],
    ...pieces(context, project, key, day),
    ["parts", speak.say("parts_before"), elsewhere(context, project, key)],
  ];
  const wanted = fieldsOf(content, "parcels");
  const history = !wanted.length || wanted.includes("history") ? historyOf(context, project, key, days) : [];
  return {
    title: speak.say("parcel", { key }),
    rows: rows.filter(([field, , value]) => value && (!wanted.length || wanted.includes(field))).map(([, label, value]) => [label, value]),
    head: [speak.say("history"), speak.say("col_day"), speak.say("documents")],
    table: history,
  };
}

/**
 * @param {any} content
 * @param {string} show
 * @returns {string[]}
 */
function fieldsOf(content, show) {
  return content.layers.find((/** @type {any} */ layer) => layer.show === show)?.popup ?? [];
}

/**
 * @param {Context} context
 * @param {string} project
 * @param {string} key
 * @param {number} measured in tenths of a square metre
 */
function dispute({ content, speak }, project, key, measured) {
  const found = content.history.disputed.find((/** @type {any} */ [of, parcel]) => of === project && parcel === key);
  return found ? speak.say("disputed_value", { stated: speak.area(found[2], true), measured: speak.tableArea(measured) }) : "";
}

/**
 * Return everything the ledger says of a parcel, the oldest first: stages with their documents, and what stands beside.
 * @param {Context} context
 * @param {string} project
 * @param {string} key
 * @param {Int32Array} days
 */
function historyOf({ content, speak }, project, key, days) {
  /** @type {[number, string, string][]} */
  const found = [];
  days.forEach((reached, i) => {
    if (!reached) return;
    const stage = speak.stage(i + 1).short, keys = mothersOf(content, project, key, reached);
    found.push([reached, keys ? speak.say("recorded_of", { stage, keys }) : stage, papersOf(content, speak, project, i + 1, reached)]);
  });
  for (const [of, parcel, kind, day, code, document, open] of content.history.notes) {
    if (of !== project || parcel !== key) continue;
    const what = speak.say(`note_${kind}${open ? "_open" : ""}`), name = speak.text().obstacles[code] ?? code;
    found.push([day, name ? `${what}: ${name}` : what, document]);
  }
  return found.sort((a, b) => a[0] - b[0]).map(([day, what, document]) => [what, speak.day(day), document]);
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {string} project
 * @param {number} stage
 * @param {number} day
 */
function papersOf(content, speak, project, stage, day) {
  const papers = content.history.papers.filter((/** @type {any} */ paper) => paper[0] === project && paper[1] === stage && paper[2] === day);
  const said = papers.map((/** @type {any} */ [, , , number, date]) => speak.say("document_of", { number, date: speak.dated(date) }));
  return said.length > 1 ? speak.say("documents_of", { numbers: said.join("; ") }) : (said[0] ?? "");
}

/**
 * Return the parts recorded of a parcel by a day; what lies in several daughters by now is one part.
 * @param {Context} context
 * @param {string} project
 * @param {string} key
 * @param {number} day
 * @returns {[string, string, string][]}
 */
function pieces({ speak, tables: { tranches } }, project, key, day) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (let row = 0; row < (tranches?.rows ?? 0); row++) {
    if (tranches.text("then", row) !== key || tranches.text("project", row) !== project || tranches.int("shown", row) > day) continue;
    const reached = `${tranches.int("stage", row)}:${tranches.int("day", row)}`;
    found.set(reached, (found.get(reached) ?? 0) + tranches.int("area", row));
  }
  return [...found].map(([reached, area], i) => {
    const [stage, on] = reached.split(":").map(Number);
    return ["parts", i ? "" : speak.say("parts_here"), `${speak.stage(stage).short}: ${speak.tableArea(area)}, ${speak.day(on)}`];
  });
}

/**
 * Name the parcels of which parts of this one were recorded, before a split or merge.
 * @param {Context} context
 * @param {string} project
 * @param {string} key
 */
function elsewhere({ tables: { tranches } }, project, key) {
  const rows = [...Array(tranches?.rows ?? 0).keys()].filter((row) => tranches.text("key", row) === key && tranches.text("project", row) === project);
  return [...new Set(rows.map((row) => tranches.text("then", row)).filter((then) => then !== key))].join(", ");
}

/**
 * Return the older parcels of which a split or merge made this one after a day, as the ledger names them; else nothing.
 * @param {any} content
 * @param {string} project
 * @param {string} key
 * @param {number} day
 * @returns {string}
 */
function mothersOf(content, project, key, day) {
  const made = content.history.notes.find((/** @type {any} */ [of, parcel, kind, on]) => of === project && parcel === key && kind.endsWith("_from") && on > day);
  return made ? made[4] : "";
}

/** What a click on each kind of land tells, by what the layer shows: @type {Record<string, (context: Context, row: number, day: number) => Sheet>} */
export const SHEETS = {
  parcels: parcelSheet,
  tranches({ content, speak, tables: { tranches }, opener }, row, on) {
    const now = tranches.text("key", row), project = tranches.text("project", row);
    const key = mothersOf(content, project, now, on) ? tranches.text("then", row) : now;
    const stage = tranches.int("stage", row), day = tranches.int("day", row);
    return {
      title: key ? speak.say("tranche_part", { key }) : speak.say("tranche_outside"),
      rows: [
        [speak.say("row_project"), opener(project)],
        [speak.say("col_stage"), speak.stage(stage).name],
        [speak.say("row_day"), speak.day(day)],
        [speak.say("row_area"), speak.tableArea(tranches.int("area", row))],
        [speak.say("documents"), papersOf(content, speak, project, stage, day)],
      ],
    };
  },
  stages({ speak, tables: { stages }, opener }, row) {
    const rows = /** @type {[string, string | Node][]} */ ([[speak.say("row_project"), opener(stages.text("project", row))], [speak.say("row_stage"), speak.stage(stages.int("stage", row)).name]]);
    return { title: speak.say("area_of_stage"), rows };
  },
};
