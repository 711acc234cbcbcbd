// Reads the data blocks that encode.py writes: rings of grid points and columns, delta and varint coded.

/**
 * Shapes with columns, in web mercator on a grid: mercator = origin + grid * (x, y).
 * @typedef {object} Table
 * @property {number} rows
 * @property {[number, number]} origin metres
 * @property {number} grid metres
 * @property {Int32Array} x
 * @property {Int32Array} y
 * @property {Int32Array} ringOf first ring of each row; one longer than rows
 * @property {Int32Array} pointOf first point of each ring; one longer than rings
 * @property {Int32Array} box west, south, east, north of each row
 * @property {Record<string, Int32Array>} ints
 * @property {(name: string, row: number) => string} text
 */

/**
 * Read one data block of the page.
 * @param {string} id
 * @returns {Promise<Table>}
 */
export async function readTable(id) {
  const block = /** @type {HTMLElement} */ (document.getElementById(id));
  return parse(await inflate(octets(block.textContent ?? "")));
}

/** @param {string} base64 */
function octets(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** @param {Uint8Array} bytes */
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {Uint8Array} bytes
 * @returns {Table}
 */
function parse(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  /** @type {Record<string, Int32Array>} */
  const columns = {};
  let at = 4 + length;
  for (const [name, count, size] of header.columns) {
    columns[name] = unpack(bytes, at, count);
    at += size;
  }
  const { rings, points, x, y, ...ints } = columns;
  const ringOf = starts(rings);
  const pointOf = starts(points);
  return {
    rows: header.rows,
    origin: header.origin_m,
    grid: header.grid_m,
    x,
    y,
    ringOf,
    pointOf,
    box: boxes(header.rows, ringOf, pointOf, x, y),
    ints,
    text: (name, row) => header.texts[name][ints[name][row]],
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 */
function unpack(bytes, at, count) {
  const values = new Int32Array(count);
  let last = 0;
  for (let i = 0; i < count; i++) {
    let zigzag = 0;
    let shift = 0;
    let octet;
    do {
      octet = bytes[at++];
      zigzag |= (octet & 127) << shift;
      shift += 7;
    } while (octet > 127);
    last = (last + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
    values[i] = last;
  }
  return values;
}

/** @param {Int32Array} counts */
function starts(counts) {
  const found = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) found[i + 1] = found[i] + counts[i];
  return found;
}

/**
 * @param {number} rows
 * @param {Int32Array} ringOf
 * @param {Int32Array} pointOf
 * @param {Int32Array} x
 * @param {Int32Array} y
 */
function boxes(rows, ringOf, pointOf, x, y) {
  const box = new Int32Array(4 * rows);
  for (let row = 0; row < rows; row++) {
    let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
    for (let i = pointOf[ringOf[row]]; i < pointOf[ringOf[row + 1]]; i++) {
      if (x[i] < west) west = x[i];
      if (x[i] > east) east = x[i];
      if (y[i] < south) south = y[i];
      if (y[i] > north) north = y[i];
    }
    box.set(west <= east ? [west, south, east, north] : [1, 1, 0, 0], 4 * row); // an empty shape is nowhere
  }
  return box;
}

/**
 * Return the rows whose shape holds a point, in drawing order.
 * @param {Table} table
 * @param {{x: number, y: number}} mercator metres
 * @returns {number[]}
 */
export function rowsAt(table, mercator) {
  const x = (mercator.x - table.origin[0]) / table.grid;
  const y = (mercator.y - table.origin[1]) / table.grid;
  const found = [];
  for (let row = 0, b = 0; row < table.rows; row++, b += 4) {
    const box = table.box;
    if (x < box[b] || x > box[b + 2] || y < box[b + 1] || y > box[b + 3]) continue;
    if (inside(table, row, x, y)) found.push(row);
  }
  return found;
}

/**
 * Count crossings of a ray to the east over all rings of a row: odd is inside, holes and parts included.
 * @param {Table} table
 * @param {number} row
 * @param {number} px
 * @param {number} py
 */
function inside({ x, y, ringOf, pointOf }, row, px, py) {
  let odd = false;
  for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
    for (let i = pointOf[ring], j = pointOf[ring + 1] - 1; i < pointOf[ring + 1]; j = i++) {
      if (y[i] > py !== y[j] > py && px < ((x[j] - x[i]) * (py - y[i])) / (y[j] - y[i]) + x[i]) odd = !odd;
    }
  }
  return odd;
}

/**
 * Return a point of the table as Leaflet knows it.
 * @param {Table} table
 * @param {number} x
 * @param {number} y
 */
export function toLatLng(table, x, y) {
  return L.Projection.SphericalMercator.unproject(L.point(table.origin[0] + table.grid * x, table.origin[1] + table.grid * y));
}

/**
 * Return the bounds of some rows, or null where none has a shape.
 * @param {Table} table
 * @param {(row: number) => boolean} [wanted]
 */
export function boundsOf(table, wanted = () => true) {
  const bounds = L.latLngBounds([]);
  for (let row = 0; row < table.rows; row++) {
    const [west, south, east, north] = table.box.subarray(4 * row, 4 * row + 4);
    if (west <= east && wanted(row)) bounds.extend(toLatLng(table, west, south)).extend(toLatLng(table, east, north));
  }
  return bounds.isValid() ? bounds : null;
}
