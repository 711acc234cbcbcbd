// Reads the data blocks that encode.py writes. Knows nothing of the page or of Leaflet: runs in node as well.

const BITS = 13;
const BASE = 91;
const NEW = 0;
const JUMP = 4;

/** @typedef {Int8Array | Int16Array | Int32Array} Ints */

/**
 * How grid points become spherical Mercator (projection.py): a polynomial of u = (east - centre) / half and v.
 * @typedef {{centre_m: [number, number], half_m: number, x: number[], y: number[], error_m: number}} Projection
 */

/**
 * @typedef {object} Block
 * @property {number} rows
 * @property {[number, number]} origin of the grid, metres of the legal VN-2000 grid
 * @property {number} grid metres
 * @property {string} legal EPSG code
 * @property {Projection} projection
 * @property {Int32Array} x of each corner, in grid units from the origin; corners are shared by neighbours
 * @property {Int32Array} y
 * @property {Uint8Array} level of each corner: from afar low ones are left out (levels.py)
 * @property {Uint32Array} corner of each point of each ring
 * @property {Uint32Array} pointOf first point of each ring; one longer than rings
 * @property {Uint32Array} ringOf first ring of each row; one longer than rows
 * @property {Record<string, Ints>} ints whole numbers by row, areas among them
 * @property {Record<string, string[]>} dictionaries texts by name, each once
 * @property {Record<string, Ints>} textOf place in the dictionary by row
 * @property {Record<string, {of: Ints, values: Int32Array, width: number}>} tuples of[row] is a place; its numbers stand together in values
 */

/**
 * @param {string} text
 * @returns {Promise<Block>}
 */
export async function decode(text) {
  return blockOf(await bytesOf(text));
}

/**
 * Return the bytes behind a text of the page (text91.py, then zlib).
 * @param {string} text
 */
export async function bytesOf(text) {
  return inflate(octets(text));
}

/**
 * Read plain data that page.py packed.
 * @param {string} text
 * @returns {Promise<any>}
 */
export async function unpackedJson(text) {
  return JSON.parse(new TextDecoder().decode(await inflate(octets(text))));
}

/**
 * Read 13 bits from every two of 91 characters (text91.py).
 * @param {string} text
 */
function octets(text) {
  const digit = new Uint8Array(128);
  for (let code = 33, next = 0; code < 127; code++) if (!'"&<'.includes(String.fromCharCode(code))) digit[code] = next++;
  const codes = new TextEncoder().encode(text);
  const bytes = new Uint8Array((codes.length / 2) * (BITS / 8) + 1);
  let held = 0, bits = 0, size = 0;
  for (let i = 0; i + 1 < codes.length; i += 2) {
    held = (held << BITS) | (digit[codes[i]] * BASE + digit[codes[i + 1]]);
    for (bits += BITS; bits >= 8; bits -= 8) bytes[size++] = held >> (bits - 8);
    held &= 255; // fewer than eight bits are left
  }
  return bytes.subarray(4, 4 + new DataView(bytes.buffer).getUint32(0, true));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function inflate(bytes) {
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter(); // a Blob's stream would take the bytes through another process
  writer.write(bytes);
  writer.close();
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

/**
 * @param {Uint8Array} bytes
 * @returns {Block}
 */
function blockOf(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  /** @type {Record<string, Record<string, () => Int32Array>>} */
  const found = { shape: {}, int: {}, area: {}, text: {}, tuple: {}, tuples: {} };
  let at = 4 + length;
  for (const [name, count, size, delta] of header.columns) {
    const dot = name.indexOf("."), from = at;
    found[name.slice(0, dot)][name.slice(dot + 1)] = () => unpack(bytes, from, count, size, delta);
    at += count * size;
  }
  const { rings, level, ...woven } = each(found.shape, (read) => read());
  const shapes = { ...unweave(woven), ringOf: starts(rings), level: new Uint8Array(level) };
  const area = (/** @type {() => Int32Array} */ read) => () => withOwn(read(), ownAreas(shapes, header.rows, header.own_area));
  return {
    rows: header.rows,
    origin: header.origin_m,
    grid: header.grid_m,
    legal: header.legal,
    projection: header.projection,
    ...shapes,
    ints: lazy(each({ ...found.int, ...each(found.area, area) }, narrowed)),
    dictionaries: header.texts,
    textOf: lazy(each(found.text, narrowed)),
    tuples: tuplesOf(header.tuples, lazy(each(found.tuple, narrowed)), each(found.tuples, (read) => read())),
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 * @param {number} size octets a value; all lowest ones come first
 * @param {boolean} delta
 */
function unpack(bytes, at, count, size, delta) {
  const values = new Int32Array(bytes.subarray(at, at + count));
  for (let place = 1, from = at + count; place < size; place++, from += count) {
    for (let i = 0; i < count; i++) values[i] |= bytes[from + i] << (8 * place);
  }
  for (let i = 0; i < count; i++) values[i] = (values[i] >>> 1) ^ -(values[i] & 1);
  if (delta) for (let i = 1; i < count; i++) values[i] += values[i - 1];
  return values;
}

/**
 * Follow the rings along their corners (corners.py).
 * @param {Record<string, Int32Array>} shape
 */
function unweave({ points, step, jump, x: dx, y: dy }) {
  const pointOf = starts(points);
  const corner = new Uint32Array(step.length);
  const earlier = new Int32Array(step.length); // the use before of the same corner
  const before = new Uint32Array(step.length); // in its ring, around
  const last = new Int32Array(dx.length).fill(-1);
  const x = new Int32Array(dx.length), y = new Int32Array(dx.length);
  let corners = 0, jumps = 0;
  for (let ring = 0; ring < points.length; ring++) {
    const from = pointOf[ring];
    for (let at = from; at < pointOf[ring + 1]; at++) {
      if (step[at] === NEW) {
        expect(x, corner, at, from, corners, dx[corners]);
        expect(y, corner, at, from, corners, dy[corners]);
        corner[at] = corners++;
      } else if (step[at] === JUMP) {
        corner[at] = corners - jump[jumps++];
      } else {
        let use = earlier[at - 1];
        for (let k = 1; k < step[at]; k++) use = earlier[use];
        corner[at] = corner[before[use]];
      }
      before[at] = at === from ? pointOf[ring + 1] - 1 : at - 1;
      earlier[at] = last[corner[at]];
      last[corner[at]] = at;
    }
  }
  return { x, y, corner, pointOf };
}

/**
 * Set one coordinate of a new corner: a parallelogram on the three points before it, or the point before, and the surprise.
 * @param {Int32Array} values
 * @param {Uint32Array} corner
 * @param {number} at
 * @param {number} from first point of the ring
 * @param {number} next the new corner
 * @param {number} surprise
 */
function expect(values, corner, at, from, next, surprise) {
  const base = at ? values[corner[at - 1]] : 0;
  const third = at - from > 2 ? values[corner[at - 3]] - values[corner[at - 2]] : 0;
  values[next] = base + third + surprise; // an Int32Array wraps around as NumPy did
}

/** @param {ArrayLike<number>} counts */
function starts(counts) {
  const found = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) found[i + 1] = found[i] + counts[i];
  return found;
}

const WIDEST = 2 ** 22; // grid units from a ring's first point within which sums of products stay exact

/**
 * Return each row's area in the unit of the area columns, as encode.py took it off them.
 * @param {Pick<Block, "x" | "y" | "corner" | "pointOf" | "ringOf">} shapes
 * @param {number} rows
 * @param {number} unit
 */
function ownAreas({ x, y, corner, pointOf, ringOf }, rows, unit) {
  const areas = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let twice = 0, far = false;
    for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
      const from = pointOf[ring], to = pointOf[ring + 1];
      if (from === to) continue;
      const x0 = x[corner[from]], y0 = y[corner[from]];
      let ax = x[corner[to - 1]] - x0, ay = y[corner[to - 1]] - y0;
      for (let i = from; i < to; i++) {
        const bx = x[corner[i]] - x0, by = y[corner[i]] - y0;
        far = far || Math.abs(bx) > WIDEST || Math.abs(by) > WIDEST;
        twice += ax * by - bx * ay;
        ax = bx;
        ay = by;
      }
    }
    areas[row] = far ? 0 : Math.min(Math.floor(Math.abs(twice) * unit + 0.5), 2 ** 31 - 1);
  }
  return areas;
}

/**
 * @param {Int32Array} differences
 * @param {Int32Array} own
 */
function withOwn(differences, own) {
  for (let row = 0; row < own.length; row++) differences[row] += own[row];
  return differences;
}

/**
 * @param {Record<string, number>} widths
 * @param {Record<string, Ints>} places
 * @param {Record<string, Int32Array>} columns one number of all tuples after the other
 */
function tuplesOf(widths, places, columns) {
  const entries = Object.entries(widths).map(([name, width]) => {
    const column = columns[name], count = column.length / width;
    const values = new Int32Array(column.length);
    for (let of = 0, i = 0; of < width; of++) for (let at = 0; at < count; at++) values[at * width + of] = column[i++];
    return [name, { of: places[name], values, width }];
  });
  return Object.fromEntries(entries);
}

/**
 * @template A, B
 * @param {Record<string, A>} columns
 * @param {(of: A) => B} change
 * @returns {Record<string, B>}
 */
function each(columns, change) {
  return Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, change(of)]));
}

/**
 * Return columns that are read when they are first asked for: the first picture of a map needs few.
 * @param {Record<string, () => Ints>} readers
 * @returns {Record<string, Ints>}
 */
function lazy(readers) {
  /** @type {Record<string, Ints>} */
  const columns = {};
  for (const [name, read] of Object.entries(readers)) {
    const get = () => {
      const value = read();
      Object.defineProperty(columns, name, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(columns, name, { get, enumerable: true, configurable: true });
  }
  return columns;
}

/**
 * Keep a column in the narrowest type that holds it.
 * @param {() => Int32Array} read
 * @returns {() => Ints}
 */
function narrowed(read) {
  return () => narrow(read());
}

/** @param {Int32Array} values */
function narrow(values) {
  let least = 0, most = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  if (least >= -128 && most < 128) return new Int8Array(values);
  return least >= -32768 && most < 32768 ? new Int16Array(values) : values;
}
