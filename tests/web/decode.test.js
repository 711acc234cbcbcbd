// The decoder against what Python wrote: blocks and what they hold stand in a file that the pytest around this makes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../parkgis/outputs/webmap/decode.js";

const path = process.env.PARKGIS_BLOCKS;
const cases = path ? JSON.parse(readFileSync(path, "utf8")) : [];

test("every block holds what was encoded", { skip: !path && "PARKGIS_BLOCKS names no file" }, async () => {
  for (const { text, holds } of cases) {
    const block = await decode(text);
    const found = {
      rings: [...block.ringOf].slice(1).map((to, row) => to - block.ringOf[row]),
      points: [...block.pointOf].slice(1).map((to, ring) => to - block.pointOf[ring]),
      x: Array.from(block.corner, (at) => block.x[at]),
      y: Array.from(block.corner, (at) => block.y[at]),
      origin: block.origin,
      ints: Object.fromEntries(Object.entries(block.ints).map(([name, values]) => [name, [...values]])),
      texts: Object.fromEntries(Object.entries(block.textOf).map(([name, of]) => [name, Array.from(of, (at) => block.dictionaries[name][at])])),
      tuples: Object.fromEntries(
        Object.entries(block.tuples).map(([name, { of, values, width }]) => [name, Array.from(of, (at) => [...values.slice(at * width, (at + 1) * width)])]),
      ),
    };
    assert.deepEqual(found, holds);
  }
});
