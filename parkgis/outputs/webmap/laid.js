// Blocks of land handed over: how much of it is usable, which blocks there are, what a click on one tells.

import { el, plain, section } from "./dom.js";
import { TENTH_M2 } from "./words.js";

/** @typedef {{project: string, number: number, m2: number, usable_m2: number, pieces: number, width_m: number, compactness: number, frontage_m: number, rectangle_m: number[]}} Block */
/** @typedef {{title: string, head: string[], rows: string[][], texts?: boolean}} Figures a table; of texts or of numbers */
/** @typedef {{id: string, m2: number, usable_m2: number, share: number | null, mesh_m2: number | null, blocks: number, usable_blocks: number, largest_m2: number}} Patchwork */

/**
 * The figures of all blocks, the rules they were found by, and the usable ones to go to.
 * @param {import("./panel.js").Desk} desk
 */
export function blocksSection(desk) {
  const { content, speak } = desk;
  if (!content.blocks) return [];
  const { rules, basis, without } = speak.text().blocks;
  /** @type {Patchwork} */
  const whole = content.blocks.whole;
  const notes = [rules, basis, without].filter(Boolean).map((text) => el("p", { class: "note" }, text));
  const figures = whole.m2 ? el("dl", { class: "figures" }, ...figuresOf(speak, whole).map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)))) : el("p", {}, speak.say("blocks_none"));
  const usable = content.blocks.rows.filter((/** @type {Block} */ block) => block.usable_m2);
  const list = usable.length > 0 && section("blocks-list", speak.say("blocks_list", { count: usable.length }), !content.board, el("ul", { class: "projects" }, ...usable.map((/** @type {Block} */ block) => blockLine(desk, block))));
  return [section("blocks", speak.say("blocks_title"), true, figures, ...notes), list];
}

/**
 * @param {import("./words.js").Speaker} speak
 * @param {Patchwork} one
 * @returns {[string, string][]}
 */
function figuresOf(speak, one) {
  return [
    [speak.say("blocks_handed"), speak.area(one.m2)],
    [speak.say("blocks_usable"), speak.area(one.usable_m2)],
    [speak.say("blocks_share"), one.share === null ? "–" : speak.percent(one.share)],
    [speak.say("blocks_mesh"), one.mesh_m2 === null ? "–" : speak.area(one.mesh_m2)],
    [speak.say("blocks_largest"), speak.area(one.largest_m2)],
    [speak.say("blocks_count"), speak.say("blocks_count_of", { count: speak.number(one.blocks, 0), usable: speak.number(one.usable_blocks, 0) })],
  ];
}

/**
 * @param {import("./panel.js").Desk} desk
 * @param {Block} block
 */
function blockLine({ content, speak, tables, go }, block) {
  const at = content.blocks.rows.indexOf(block);
  const row = Array.from({ length: tables.usable.rows }, (_, i) => i).find((i) => tables.usable.int("block", i) === at);
  const name = `${speak.text().projects[block.project].label} · ${speak.say("block", { number: block.number })}`;
  return el("li", {}, el("button", { type: "button", "data-block": at, on: { click: () => row !== undefined && go("usable", row) } }, plain(name), el("span", { class: "count" }, speak.area(block.usable_m2))));
}

/**
 * The same figures park by park, for the table.
 * @param {import("./panel.js").Desk} desk
 * @returns {Figures[]}
 */
export function blocksTables({ content, speak }) {
  if (!content.blocks) return [];
  const { parks } = speak.text().blocks;
  const head = ["blocks_park", "blocks_handed", "blocks_usable", "blocks_share", "blocks_mesh", "blocks_largest", "blocks_count"].map((key) => speak.say(key));
  const row = (/** @type {Patchwork} */ one) => [one.id ? parks[one.id] : speak.say("blocks_all"), ...figuresOf(speak, one).map(([, value]) => value)];
  return [{ title: speak.say("blocks_by_park"), head, rows: [...content.blocks.parks, content.blocks.whole].map(row) }];
}

/**
 * What a click on a block tells.
 * @param {import("./popup.js").Context} context
 * @param {number} row
 * @returns {import("./popup.js").Sheet}
 */
export function blockSheet({ content, speak, tables: { usable }, opener }, row) {
  /** @type {Block | undefined} */
  const block = content.blocks.rows[usable.int("block", row)];
  const project = opener(usable.text("project", row));
  if (!block) return { title: speak.say("barrier"), sub: speak.say("barrier_text"), rows: [[speak.say("row_project"), project]] };
  const metres = (/** @type {number} */ value) => `${speak.number(value, 0)} m`;
  /** @type {[string, string, string | Node][]} */
  const rows = [
    ["project", speak.say("row_project"), project],
    ["area", speak.say("row_block_area"), speak.area(block.m2)],
    ["usable", speak.say("row_usable"), block.usable_m2 ? speak.area(block.usable_m2) : speak.say("row_usable_none")],
    ["width", speak.say("row_width"), metres(block.width_m)],
    ["rectangle", speak.say("row_rectangle"), block.rectangle_m.map(metres).join(" × ")],
    ["compactness", speak.say("row_compactness"), speak.number(block.compactness, 2)],
    ["frontage", speak.say("row_frontage"), metres(block.frontage_m)],
    ["pieces", speak.say("row_pieces"), speak.number(block.pieces, 0)],
  ];
  return { title: speak.say("block", { number: block.number }), sub: speak.text().layers.usable.classes[usable.int("usable", row) ? "usable" : "rest"] ?? "", rows: wanted(content, "usable", rows) };
}

/**
 * Keep the rows a layer's definition asks for; all where it asks for none.
 * @param {any} content
 * @param {string} show
 * @param {[string, string, string | Node][]} rows
 * @returns {[string, string | Node][]}
 */
export function wanted(content, show, rows) {
  const fields = content.layers.find((/** @type {any} */ layer) => layer.show === show)?.popup ?? [];
  return rows.filter(([field, , value]) => value && (!fields.length || fields.includes(field))).map(([, label, value]) => [label, value]);
}

/**
 * Return the class of each row of land handed over: not usable, or by the usable hectares of its block.
 * @param {any} layer
 * @param {import("./table.js").Table} table
 * @param {(limits: (number | null)[], value: number) => number} limitOf
 */
export function blockClasses(layer, table, limitOf) {
  const of = (/** @type {number} */ row) => {
    const usable = table.int("usable", row);
    if (layer.colour !== "size") return layer.colour === "ready" ? usable : 0;
    return usable ? 1 + limitOf(layer.limits, (table.int("size", row) * TENTH_M2) / 10_000) : 0;
  };
  return Uint8Array.from({ length: table.rows }, (_, row) => of(row));
}
