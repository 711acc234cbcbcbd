// Shapes as a picture of row numbers: each pixel names the row on top of it, so that a new colouring needs no geometry.
//
// A canvas fills forty thousand paths in a quarter of a second, whatever colours they have; this fills them in
// milliseconds, and to colour them anew is one look-up a pixel. Pixels are not blended: meant for the many and small.

import { spanOf } from "./table.js";

const SMALL = 24; // crossings up to which insertion beats the sort of typed arrays
const WIDE = 65536;

let edges = new Float64Array(1024); // crossings of one shape: line * WIDE + x

/**
 * How Mercator metres from a table's centre become pixels: px = k * x + ax, py = ay - k * y.
 * @typedef {{k: number, ax: number, ay: number, width: number, height: number, level: number}} View
 * @typedef {{left: number, top: number, width: number, height: number, rows: Int32Array, pixels: Uint32Array}} Raster
 *   a part of a canvas; rows hold row + 1, and 0 where there is none
 */

/**
 * Begin a picture of the part of a view where rows are; the memory of the one before is used again.
 * @param {import("./table.js").Table} table
 * @param {View} view
 * @param {Uint32Array} within rows
 * @param {Raster} [before]
 * @returns {{picture: Raster, inner: View}} inner draws into the picture
 */
export function raster({ box }, view, within, before) {
  const [west, south, east, north] = spanOf(box, within);
  const left = Math.max(Math.floor(view.k * west + view.ax), 0), top = Math.max(Math.floor(view.ay - view.k * north), 0);
  const width = Math.max(Math.min(Math.floor(view.k * east + view.ax) + 1, view.width) - left, 1);
  const height = Math.max(Math.min(Math.floor(view.ay - view.k * south) + 1, view.height) - top, 1);
  const size = width * height;
  const held = before && before.rows.buffer.byteLength >= 4 * size ? before : { rows: new Int32Array(size), pixels: new Uint32Array(size) };
  const rows = new Int32Array(held.rows.buffer, 0, size).fill(0);
  const picture = { left, top, width, height, rows, pixels: new Uint32Array(held.pixels.buffer, 0, size) };
  return { picture, inner: { ...view, ax: view.ax - left, ay: view.ay - top, width, height } };
}

/**
 * Fill one row, even-odd: every pixel whose centre it holds, or else the one at its middle.
 * @param {Raster} picture
 * @param {import("./table.js").Table} table
 * @param {View} view
 * @param {number} row
 * @returns {boolean} whether any of it lies in the picture
 */
export function fillRow(picture, table, view, row) {
  const count = crossings(picture, table, view, row);
  sortEdges(count);
  let filled = false;
  for (let i = 0; i + 1 < count; i += 2) {
    const line = Math.floor(edges[i] / WIDE);
    const from = Math.ceil(edges[i] - line * WIDE - 0.5), to = Math.ceil(edges[i + 1] - line * WIDE - 0.5);
    if (from >= to) continue;
    picture.rows.fill(row + 1, line * picture.width + from, line * picture.width + to);
    filled = true;
  }
  return filled || markDot(picture, table, view, row);
}

/**
 * Note where a row's edges cross the middles of lines of pixels.
 * @param {Raster} picture
 * @param {import("./table.js").Table} table
 * @param {View} view
 * @param {number} row
 */
function crossings({ width, height }, { mx, my, corner, level, ringOf, pointOf }, { k, ax, ay, level: least }, row) {
  let count = 0;
  for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
    const to = pointOf[ring + 1];
    let last = to - 1;
    while (last > pointOf[ring] && level[corner[last]] < least) last--;
    let x0 = k * mx[corner[last]] + ax, y0 = ay - k * my[corner[last]];
    for (let i = pointOf[ring]; i < to; i++) {
      if (level[corner[i]] < least) continue;
      const x1 = k * mx[corner[i]] + ax, y1 = ay - k * my[corner[i]];
      const low = Math.max(Math.ceil(Math.min(y0, y1) - 0.5), 0), high = Math.min(Math.ceil(Math.max(y0, y1) - 0.5), height);
      if (high > low) {
        const slope = (x1 - x0) / (y1 - y0);
        if (count + high - low > edges.length) growEdges(count + high - low);
        for (let line = low; line < high; line++) {
          const x = x0 + slope * (line + 0.5 - y0);
          edges[count++] = line * WIDE + (x < 0 ? 0 : x > width ? width : x);
        }
      }
      x0 = x1;
      y0 = y1;
    }
  }
  return count;
}

/** @param {number} size */
function growEdges(size) {
  const wider = new Float64Array(2 * size);
  wider.set(edges);
  edges = wider;
}

/** @param {number} count */
function sortEdges(count) {
  if (count > SMALL) {
    edges.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = edges[i];
    let j = i;
    for (; j > 0 && edges[j - 1] > value; j--) edges[j] = edges[j - 1];
    edges[j] = value;
  }
}

/**
 * Mark what lies between the middles of pixels, or collapsed to a line or a point: nothing vanishes.
 * @param {Raster} picture
 * @param {import("./table.js").Table} table
 * @param {View} view
 * @param {number} row
 */
function markDot({ width, height, rows }, { box }, { k, ax, ay }, row) {
  const x = Math.floor((k * (box[4 * row] + box[4 * row + 2])) / 2 + ax);
  const y = Math.floor(ay - (k * (box[4 * row + 1] + box[4 * row + 3])) / 2);
  if (!(x >= 0 && x < width && y >= 0 && y < height)) return false;
  rows[y * width + x] = row + 1;
  return true;
}

/**
 * Colour a picture's pixels: a look-up each.
 * @param {Raster} picture
 * @param {Uint8Array} classes by row
 * @param {Uint32Array} palette by class; 0 hides
 * @param {Uint32Array | null} lines colour of the line between two rows, by class
 * @param {number} from
 * @param {number} to
 */
export function colourPixels({ rows, width, pixels }, classes, palette, lines, from = 0, to = rows.length) {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    if (row === 0) pixels[i] = 0;
    else if (lines !== null && (rows[i + 1] !== row || rows[i + width] !== row)) pixels[i] = lines[classes[row - 1]];
    else pixels[i] = palette[classes[row - 1]];
  }
}

/**
 * Count the rows that own a pixel.
 * @param {Raster} picture
 * @param {number} rows
 */
export function counted({ rows: pixels }, rows) {
  const seen = new Uint8Array(rows + 1);
  let count = 0;
  for (const row of pixels) {
    if (row && !seen[row]) {
      seen[row] = 1;
      count++;
    }
  }
  return count;
}
