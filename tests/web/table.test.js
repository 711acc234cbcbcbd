import assert from "node:assert/strict";
import { test } from "node:test";
import { inside, mercator, project, reachedOn, rowsAt, rowsIn, toDegrees, unproject } from "../../parkgis/outputs/webmap/table.js";
import { square, tableWith } from "./shapes.js";

/** @param {number} x @param {number} y */
const place = (x, y) => {
  const [lat, lng] = toDegrees(x, y);
  return { lat, lng };
};

test("a hole is not the shape, and every part is", () => {
  const table = tableWith([[square(0, 0, 30), square(10, 10, 10).reverse()], [square(40, 0, 5), square(50, 0, 5)]]);
  const at = [[5, 5], [15, 15], [42, 2], [47, 2], [52, 2]].map(([x, y]) => rowsAt(table, place(x, y)));
  assert.deepEqual(at, [[0], [], [1], [], [1]]);
});

test("where shapes overlap all are found, in drawing order", () => {
  const table = tableWith([[square(0, 0, 10)], [square(5, 5, 10)], [square(7, 0, 10)]]);
  assert.deepEqual(rowsAt(table, place(8, 8)), [0, 1, 2]);
});

test("a shared edge belongs to exactly one side", () => {
  const table = tableWith([[square(0, 0, 10)], [square(10, 0, 10)]]);
  const of = [...Array(900).keys()].map((y) => [0, 1].filter((row) => inside(table, row, 1000, y + 0.5)).length);
  assert.deepEqual(new Set(of), new Set([1]));
});

test("a shape without points is nowhere, and one of a point or two is kept but holds nothing", () => {
  const table = tableWith([[], [[[3, 3]]], [[[3, 3], [4, 4]]]]);
  assert.deepEqual([...rowsIn(table, 0, 0, 10, 10)], [1, 2]);
  assert.deepEqual(rowsAt(table, place(3.5, 3.5)), []);
});

test("boxes of many rows spare none that touches", () => {
  const table = tableWith(Array.from({ length: 500 }, (_, i) => [square(20 * (i % 25), 20 * Math.floor(i / 25), 15)]));
  const wanted = [...Array(500).keys()].filter((i) => 20 * (i % 25) <= 130 && 20 * (i % 25) + 15 >= 90 && 20 * Math.floor(i / 25) + 15 >= 210);
  assert.deepEqual([...rowsIn(table, 90, 210, 130, 1e9)], wanted);
});

test("unprojecting undoes projecting to a tenth of a millimetre", () => {
  const projection = {
    centre_m: /** @type {[number, number]} */ ([550_000, 2_340_000]), half_m: 40_000, error_m: 0,
    x: [11_800_000, 42_900, 180, 12, 25, -3], y: [2_410_000, -190, 43_100, 20, -8, 9],
  };
  for (const [east, north] of [[550_000, 2_340_000], [515_000.25, 2_370_000.5], [590_000, 2_300_000]]) {
    const [backEast, backNorth] = unproject(projection, ...project(projection, east, north));
    assert.ok(Math.hypot(backEast - east, backNorth - north) < 1e-4);
  }
});

test("degrees and mercator undo each other", () => {
  const [lat, lng] = toDegrees(...mercator({ lat: 21.1234567, lng: 106.0123456 }));
  assert.ok(Math.abs(lat - 21.1234567) < 1e-12 && Math.abs(lng - 106.0123456) < 1e-12);
});

test("a class on a day is the highest stage whose day has come", () => {
  const tuples = { days: { of: Int8Array.from([0, 1, 2, 1]), width: 3, values: Int32Array.from([0, 0, 0, 10, 0, 30, 20, 15, 0]) } };
  const table = tableWith([[square(0, 0, 1)], [square(2, 0, 1)], [square(4, 0, 1)], [square(6, 0, 1)]], { tuples });
  const on = (/** @type {number} */ day) => [...reachedOn(table, "days", day)];
  assert.deepEqual([on(9), on(10), on(15), on(29), on(30)], [[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 2, 1], [0, 1, 2, 1], [0, 3, 2, 3]]);
});
