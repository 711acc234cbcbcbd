// Shapes as paths of a canvas, with smooth edges, outlines, dashes and hatches: for what is seen closely, and for print.

const BATCH = 16; // rows a path: one path a class takes ten times as long in Chromium
const SMALL_PX = 2; // below this a shape is a dot
const OUTLINED_PX = 9; // mean side of shapes from which outlines help more than they hide

/**
 * How shapes look.
 * @typedef {object} Look
 * @property {string[]} colours "#rrggbb" by class
 * @property {boolean} hatched dashed and hatched: parts, and boundaries nobody surveyed
 * @property {boolean} outlined
 * @property {number} ratio canvas pixels a CSS pixel
 */

/**
 * Fill and outline rows, class by class in drawing order.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./table.js").Table} table
 * @param {import("./raster.js").View} view
 * @param {Look} look
 * @param {Uint32Array} rows
 * @param {Uint8Array} classes
 */
export function* paintRows(context, table, view, look, rows, classes) {
  context.lineWidth = (look.hatched ? 1.2 : 0.6) * look.ratio;
  context.setLineDash(look.hatched ? [5 * look.ratio, 3 * look.ratio] : []);
  for (const [of, colour] of look.colours.entries()) {
    const those = rows.filter((row) => classes[row] === of);
    if (!those.length) continue;
    context.fillStyle = look.hatched ? hatch(context, colour, look.ratio) : colour;
    // its own colour closes the seams between neighbours
    context.strokeStyle = look.hatched || look.outlined ? ink(colour, !look.hatched) : colour;
    for (let from = 0; from < those.length; from += BATCH) {
      const path = new Path2D();
      for (let i = from; i < Math.min(from + BATCH, those.length); i++) traceOrDot(context, path, table, view, those[i], look.ratio);
      context.fill(path);
      context.stroke(path);
      yield;
    }
  }
}

/**
 * Say whether rows are large enough on the screen to be told apart by outlines.
 * @param {import("./table.js").Table} table
 * @param {number} k canvas pixels a metre of Mercator
 * @param {Uint32Array} rows
 * @param {number} ratio
 */
export function roomy({ box }, k, rows, ratio) {
  let sides = 0;
  for (const row of rows) sides += box[4 * row + 2] - box[4 * row] + (box[4 * row + 3] - box[4 * row + 1]);
  return (k * sides) / (2 * rows.length) > OUTLINED_PX * ratio;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {import("./table.js").Table} table
 * @param {import("./raster.js").View} view
 * @param {number} row
 * @param {number} ratio
 */
function traceOrDot(context, path, table, view, row, ratio) {
  const { k, ax, ay } = view;
  const { box } = table;
  const width = k * (box[4 * row + 2] - box[4 * row]), height = k * (box[4 * row + 3] - box[4 * row + 1]);
  if (width < SMALL_PX && height < SMALL_PX) {
    context.fillRect(k * box[4 * row] + ax, ay - k * box[4 * row + 3], Math.max(width, ratio), Math.max(height, ratio));
  } else {
    trace(path, table, view, row);
  }
}

/**
 * Add a row's rings to a path, without the corners that are too fine for the view.
 * @param {Path2D} path
 * @param {import("./table.js").Table} table
 * @param {import("./raster.js").View} view
 * @param {number} row
 */
export function trace(path, { mx, my, corner, level, ringOf, pointOf }, { k, ax, ay, level: least }, row) {
  for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
    let begun = false;
    for (let i = pointOf[ring]; i < pointOf[ring + 1]; i++) {
      const at = corner[i];
      if (level[at] < least) continue;
      if (begun) path.lineTo(k * mx[at] + ax, ay - k * my[at]);
      else path.moveTo(k * mx[at] + ax, ay - k * my[at]);
      begun = true;
    }
    if (begun) path.closePath();
  }
}

/**
 * Outline rows above everything else, dark on a light seam.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./table.js").Table} table
 * @param {import("./raster.js").View} view
 * @param {Iterable<number>} rows
 * @param {number} ratio
 */
export function outline(context, table, view, rows, ratio) {
  const path = new Path2D();
  for (const row of rows) trace(path, table, view, row);
  context.setLineDash([]);
  context.lineJoin = "round";
  for (const [width, colour] of /** @type {[number, string][]} */ ([[5, "#ffffff"], [2.5, "#111827"]])) {
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    context.stroke(path);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {number} ratio
 */
function hatch(context, colour, ratio) {
  const side = Math.round(8 * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = side;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.fillStyle = colour;
  pen.fillRect(0, 0, side, side);
  pen.strokeStyle = ink(colour, true);
  pen.lineWidth = ratio;
  pen.beginPath();
  for (const at of [-side, 0, side]) {
    pen.moveTo(at, side);
    pen.lineTo(at + side, 0);
  }
  pen.stroke();
  return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
}

/**
 * Return what can be seen on a colour: white on a dark one; or always dark, for lines that end on another ground.
 * @param {string} colour
 * @param {boolean} within
 */
function ink(colour, within) {
  const [red, green, blue] = channels(colour);
  const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 120;
  return within && dark ? "rgba(255, 255, 255, 0.7)" : "rgba(30, 41, 59, 0.75)";
}

/** @param {string} colour #rrggbb */
export function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
