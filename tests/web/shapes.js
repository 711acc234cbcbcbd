// Tables for tests, from rings in grid units of a centimetre: no block is decoded, nothing is projected but by a scale.

import { tableOf } from "../../parkgis/outputs/webmap/table.js";

/**
 * @param {[number, number][][][]} rows rings of points, metres, of each row
 * @param {Partial<import("../../parkgis/outputs/webmap/decode.js").Block>} [more]
 */
export function tableWith(rows, more = {}) {
  const rings = rows.flat();
  const points = rings.flat();
  const keys = [...new Set(points.map(String))];
  const at = keys.map((key) => key.split(",").map((metres) => Math.round(Number(metres) * 100)));
  /** @param {number[]} counts */
  const starts = (counts) => Uint32Array.from([0, ...counts].map((_, i, all) => all.slice(0, i + 1).reduce((a, b) => a + b)));
  return tableOf({
    rows: rows.length,
    origin: [0, 0],
    grid: 0.01,
    legal: "EPSG:9209",
    projection: { centre_m: [0, 0], half_m: 1, x: [0, 1, 0], y: [0, 0, 1], error_m: 0 },
    x: Int32Array.from(at, ([x]) => x),
    y: Int32Array.from(at, ([, y]) => y),
    level: new Uint8Array(keys.length).fill(4),
    corner: Uint32Array.from(points, (point) => keys.indexOf(String(point))),
    pointOf: starts(rings.map((ring) => ring.length)),
    ringOf: starts(rows.map((row) => row.length)),
    ints: {},
    dictionaries: {},
    textOf: {},
    tuples: {},
    ...more,
  });
}

/** @param {number} west @param {number} south @param {number} side @returns {[number, number][]} */
export function square(west, south, side) {
  return [[west, south], [west + side, south], [west + side, south + side], [west, south + side]];
}
