import assert from "node:assert/strict";
import { test } from "node:test";
import { colourPixels, counted, fillRow, raster } from "../../parkgis/outputs/webmap/raster.js";
import { square, tableWith } from "./shapes.js";

const VIEW = { k: 1, ax: 0, ay: 10, width: 12, height: 10, level: 0 };

/**
 * Draw a table one pixel a metre, north up, and write the rows as text.
 * @param {import("../../parkgis/outputs/webmap/table.js").Table} table
 */
function drawn(table, view = VIEW) {
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const { picture, inner } = raster(table, view, all);
  const filled = [...all].map((row) => fillRow(picture, table, inner, row));
  const lines = Array.from({ length: picture.height }, (_, y) =>
    [...picture.rows.subarray(y * picture.width, (y + 1) * picture.width)].map((row) => (row ? row - 1 : ".")).join(""),
  );
  return { picture, filled, lines };
}

test("neighbours share an edge without a gap and without a pixel twice", () => {
  const { lines } = drawn(tableWith([[square(0, 0, 3)], [square(3, 0, 3)]]));
  assert.deepEqual(lines.slice(-3).map((line) => line.slice(0, 6)), ["000111", "000111", "000111"]);
});

test("a hole stays clear and the later of two rows lies on top", () => {
  const { lines } = drawn(tableWith([[square(0, 0, 6), square(2, 2, 2).reverse()], [square(4, 0, 2)]]));
  assert.deepEqual(lines.map((line) => line.slice(0, 6)).slice(-6), ["000000", "000000", "00..00", "00..00", "000011", "000011"]);
});

test("what is smaller than a pixel or collapsed to a line or a point keeps one", () => {
  const table = tableWith([[square(1.1, 1.1, 0.1)], [[[5.2, 5.2]]], [[[7, 7], [9, 7]]], []]);
  const { filled, picture } = drawn(table);
  assert.deepEqual(filled, [true, true, true, false]);
  assert.equal(counted(picture, table.rows), 3);
});

test("what lies outside the picture is not in it", () => {
  assert.deepEqual(drawn(tableWith([[square(-50, -50, 3)], [square(4, 4, 2)]])).filled, [false, true]);
});

test("a shape with many corners is filled like one with few", () => {
  const ring = Array.from({ length: 5000 }, (_, i) => /** @type {[number, number]} */ ([5 + 4 * Math.cos((i * Math.PI) / 2500), 5 + 4 * Math.sin((i * Math.PI) / 2500)]));
  const { picture } = drawn(tableWith([[ring]]));
  assert.ok(Math.abs(picture.rows.filter(Boolean).length - Math.PI * 16) < 4);
});

test("colours are looked up by class and lines are drawn between rows", () => {
  const table = tableWith([[square(0, 0, 3)], [square(3, 0, 3)]]);
  const { picture } = drawn(table);
  const classes = Uint8Array.from([1, 0]), palette = Uint32Array.from([70, 80]), lines = Uint32Array.from([7, 8]);
  colourPixels(picture, classes, palette, null);
  assert.deepEqual([...picture.pixels.subarray(0, 6)], [80, 80, 80, 70, 70, 70]);
  colourPixels(picture, classes, palette, lines);
  assert.deepEqual([...picture.pixels.subarray(0, 6)], [80, 80, 8, 70, 70, 7]);
});

test("the memory of a picture is used again", () => {
  const table = tableWith([[square(0, 0, 3)]]);
  const first = raster(table, VIEW, Uint32Array.of(0)).picture;
  assert.equal(raster(table, VIEW, Uint32Array.of(0), first).picture.rows.buffer, first.rows.buffer);
});
