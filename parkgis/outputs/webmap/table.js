// A block of the page with what maps ask of it: projected corners, boxes, hits, texts, days.

import { decode } from "./decode.js";

const SPHERE_M = 6378137;
const TURNS = 12; // of the inverse projection: each turn gains two digits or more
export const PACK = 64; // rows that share a box

/**
 * @typedef {import("./decode.js").Block & Drawn & Asked} Table
 * @typedef {object} Drawn
 * @property {[number, number]} centre spherical Mercator, metres
 * @property {Float32Array} mx of each corner, metres of Mercator east of the centre
 * @property {Float32Array} my north
 * @property {Float32Array} box west, south, east, north of each row, likewise; west > east for a row without a shape
 * @property {Float32Array} packs the boxes of every PACK rows together
 * @typedef {object} Asked
 * @property {(name: string, row: number) => number} int
 * @property {(name: string, row: number) => string} text
 * @property {(name: string) => string[]} texts
 * @property {(name: string, row: number) => number} textIndex
 * @property {(name: string, row: number) => Int32Array} tuple
 * @typedef {{lat: number, lng: number}} Place
 */

/**
 * Read one data block of the page and take it out of there: what it held is now in arrays.
 * @param {string} id
 * @returns {Promise<Table>}
 */
export async function readTable(id) {
  const element = /** @type {HTMLElement} */ (document.getElementById(id));
  const text = element.textContent ?? "";
  element.remove();
  return tableOf(await decode(text));
}

/**
 * @param {import("./decode.js").Block} block
 * @returns {Table}
 */
export function tableOf(block) {
  const { centre, mx, my } = projected(block);
  const box = boxes(block, mx, my);
  return {
    ...block,
    centre,
    mx,
    my,
    box,
    packs: together(box, block.rows),
    int: (name, row) => block.ints[name][row],
    text: (name, row) => block.dictionaries[name][block.textOf[name][row]],
    texts: (name) => block.dictionaries[name],
    textIndex: (name, row) => block.textOf[name][row],
    tuple(name, row) {
      const { of, values, width } = block.tuples[name];
      return values.subarray(of[row] * width, (of[row] + 1) * width);
    },
  };
}

/**
 * Project a place of the legal grid, metres, to spherical Mercator, metres.
 * @param {import("./decode.js").Projection} projection
 * @param {number} east
 * @param {number} north
 * @returns {[number, number]}
 */
export function project({ centre_m, half_m, x, y }, east, north) {
  const u = (east - centre_m[0]) / half_m, v = (north - centre_m[1]) / half_m;
  return [evaluate(x, degreeOf(x), u, v), evaluate(y, degreeOf(y), u, v)];
}

/** @param {number[]} factors of 1, u, v, uu, uv, vv, uuu, ... */
function degreeOf(factors) {
  return (Math.sqrt(8 * factors.length + 1) - 3) / 2;
}

/**
 * Evaluate a polynomial by Horner's rule in u within v.
 * @param {number[]} factors
 * @param {number} degree
 * @param {number} u
 * @param {number} v
 */
function evaluate(factors, degree, u, v) {
  let total = 0;
  for (let i = degree; i >= 0; i--) {
    let ofV = 0;
    for (let d = degree, at = (d * (d + 1)) / 2 + i; d >= i; at -= d--) ofV = ofV * u + factors[at];
    total = total * v + ofV;
  }
  return total;
}

/**
 * Find the place of the legal grid, metres, that lies at a place of spherical Mercator.
 * @param {import("./decode.js").Projection} projection
 * @param {number} mx
 * @param {number} my
 * @returns {[number, number]}
 */
export function unproject(projection, mx, my) {
  const { centre_m, half_m, x, y } = projection;
  const size = x[1] * y[2] - x[2] * y[1];
  let [east, north] = centre_m;
  for (let turn = 0; turn < TURNS; turn++) {
    const [atX, atY] = project(projection, east, north);
    east += (half_m * (y[2] * (mx - atX) - x[2] * (my - atY))) / size;
    north += (half_m * (x[1] * (my - atY) - y[1] * (mx - atX))) / size;
  }
  return [east, north];
}

/**
 * @param {Place} place
 * @returns {[number, number]} spherical Mercator, metres
 */
export function mercator({ lat, lng }) {
  return [(SPHERE_M * lng * Math.PI) / 180, SPHERE_M * Math.atanh(Math.sin((lat * Math.PI) / 180))];
}

/**
 * @param {number} mx
 * @param {number} my
 * @returns {[number, number]} latitude, longitude
 */
export function toDegrees(mx, my) {
  return [(Math.asin(Math.tanh(my / SPHERE_M)) * 180) / Math.PI, ((mx / SPHERE_M) * 180) / Math.PI];
}

/**
 * @param {Pick<Table, "projection">} table
 * @param {Place} place
 * @returns {[number, number]} east and north, metres of the legal grid
 */
export function toLegal({ projection }, place) {
  return unproject(projection, ...mercator(place));
}

/**
 * @param {Pick<Table, "projection">} table
 * @param {number} east
 * @param {number} north
 */
export function fromLegal({ projection }, east, north) {
  return L.latLng(toDegrees(...project(projection, east, north)));
}

/** @param {import("./decode.js").Block} block */
function projected({ x, y, origin, grid, projection }) {
  const { centre_m, half_m, x: toX, y: toY } = projection;
  const mx = new Float32Array(x.length), my = new Float32Array(x.length), degree = degreeOf(toX);
  for (let i = 0; i < x.length; i++) {
    const u = (origin[0] + grid * x[i] - centre_m[0]) / half_m, v = (origin[1] + grid * y[i] - centre_m[1]) / half_m;
    mx[i] = evaluate(toX, degree, u, v) - toX[0]; // from the centre, where 32 bits tell millimetres apart
    my[i] = evaluate(toY, degree, u, v) - toY[0];
  }
  return { centre: /** @type {[number, number]} */ ([toX[0], toY[0]]), mx, my };
}

/**
 * @param {import("./decode.js").Block} block
 * @param {Float32Array} mx
 * @param {Float32Array} my
 */
function boxes({ rows, ringOf, pointOf, corner }, mx, my) {
  const box = new Float32Array(4 * rows);
  for (let row = 0; row < rows; row++) {
    let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
    for (let i = pointOf[ringOf[row]]; i < pointOf[ringOf[row + 1]]; i++) {
      const x = mx[corner[i]], y = my[corner[i]];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < south) south = y;
      if (y > north) north = y;
    }
    setBox(box, row, west, south, east, north);
  }
  return box;
}

/**
 * @param {Float32Array} box
 * @param {number} rows
 */
function together(box, rows) {
  const packs = new Float32Array(4 * Math.ceil(rows / PACK));
  for (let pack = 0; pack * 4 < packs.length; pack++) {
    const [west, south, east, north] = spanOf(box.subarray(4 * pack * PACK, 4 * (pack + 1) * PACK));
    setBox(packs, pack, west, south, east, north);
  }
  return packs;
}

/**
 * @param {Float32Array} boxes
 * @param {number} at
 * @param {number} west
 * @param {number} south
 * @param {number} east
 * @param {number} north
 */
function setBox(boxes, at, west, south, east, north) {
  boxes[4 * at] = west;
  boxes[4 * at + 1] = south;
  boxes[4 * at + 2] = east;
  boxes[4 * at + 3] = north;
}

/**
 * Return the rows whose box touches a box of Mercator metres from the centre, in drawing order.
 * Rows of one sheet stand together, so that a box around PACK of them spares looking at most.
 * @param {Table} table
 * @param {number} west
 * @param {number} south
 * @param {number} east
 * @param {number} north
 */
export function rowsIn({ box, packs, rows }, west, south, east, north) {
  const found = new Uint32Array(rows);
  let count = 0;
  for (let pack = 0; pack * PACK < rows; pack++) {
    if (!touches(packs, 4 * pack, west, south, east, north)) continue;
    for (let row = pack * PACK; row < Math.min((pack + 1) * PACK, rows); row++) {
      if (touches(box, 4 * row, west, south, east, north)) found[count++] = row;
    }
  }
  return found.slice(0, count);
}

/**
 * @param {Float32Array} box
 * @param {number} b
 * @param {number} west
 * @param {number} south
 * @param {number} east
 * @param {number} north
 */
function touches(box, b, west, south, east, north) {
  return box[b] <= east && box[b + 2] >= west && box[b + 1] <= north && box[b + 3] >= south;
}

/**
 * Return the rows whose exact shape holds a place, in drawing order.
 * @param {Table} table
 * @param {Place} place
 * @returns {number[]}
 */
export function rowsAt(table, place) {
  const [mx, my] = mercator(place);
  const x = mx - table.centre[0], y = my - table.centre[1];
  const near = rowsIn(table, x - 0.1, y - 0.1, x + 0.1, y + 0.1);
  if (!near.length) return [];
  const [east, north] = unproject(table.projection, mx, my);
  const px = (east - table.origin[0]) / table.grid, py = (north - table.origin[1]) / table.grid;
  return [...near].filter((row) => inside(table, row, px, py));
}

/**
 * Count crossings of a ray to the east over all rings of a row: odd is inside, holes and parts included.
 * @param {Table} table
 * @param {number} row
 * @param {number} px grid units
 * @param {number} py
 */
export function inside({ x, y, corner, ringOf, pointOf }, row, px, py) {
  let odd = false;
  for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
    for (let i = pointOf[ring], j = pointOf[ring + 1] - 1; i < pointOf[ring + 1]; j = i++) {
      const a = corner[i], b = corner[j];
      if (y[a] > py !== y[b] > py && px < ((x[b] - x[a]) * (py - y[a])) / (y[b] - y[a]) + x[a]) odd = !odd;
    }
  }
  return odd;
}

/**
 * Return west, south, east and north of some boxes together; west > east where none holds a shape.
 * @param {Float32Array} box
 * @param {ArrayLike<number>} [rows] all of them
 */
export function spanOf(box, rows) {
  let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
  const count = rows?.length ?? box.length / 4;
  for (let i = 0; i < count; i++) {
    const b = 4 * (rows ? rows[i] : i);
    if (box[b] < west) west = box[b];
    if (box[b + 1] < south) south = box[b + 1];
    if (box[b + 2] > east) east = box[b + 2];
    if (box[b + 3] > north) north = box[b + 3];
  }
  return [west, south, east, north];
}

/**
 * Return the bounds of some rows, or null where none has a shape.
 * @param {Table} table
 * @param {ArrayLike<number>} [rows] all of them
 */
export function extentOf({ box, packs, centre }, rows) {
  const [west, south, east, north] = spanOf(rows ? box : packs, rows);
  if (west > east) return null;
  return L.latLngBounds(toDegrees(centre[0] + west, centre[1] + south), toDegrees(centre[0] + east, centre[1] + north));
}

/**
 * Return a row's rings as Leaflet takes them.
 * @param {Table} table
 * @param {number} row
 */
export function ringsOf({ centre, mx, my, corner, ringOf, pointOf }, row) {
  const place = (/** @type {number} */ at) => L.latLng(toDegrees(centre[0] + mx[at], centre[1] + my[at]));
  return Array.from({ length: ringOf[row + 1] - ringOf[row] }, (_, i) => {
    const ring = ringOf[row] + i;
    return Array.from(corner.subarray(pointOf[ring], pointOf[ring + 1]), place);
  });
}

/**
 * Set each row's class to what it had reached by a day: i + 1 for the highest i whose day has come, 0 for none.
 * Rows share their days, so that only the different ones are looked at.
 * @param {Table} table
 * @param {string} name of a tuple of days; 0 is never
 * @param {number} day
 * @param {Uint8Array} [into] one a row
 */
export function reachedOn({ tuples, rows }, name, day, into = new Uint8Array(rows)) {
  const { of, values, width } = tuples[name];
  const reached = new Uint8Array(values.length / width);
  for (let at = 0; at < values.length; at++) {
    if (values[at] && values[at] <= day) reached[Math.floor(at / width)] = (at % width) + 1;
  }
  for (let row = 0; row < rows; row++) into[row] = reached[of[row]];
  return into;
}
