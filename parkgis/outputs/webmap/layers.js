// What is drawn on canvases: parcels and tranches by class, project names, the grid of degrees.

import { CanvasLayer } from "./canvas.js";

const BATCH = 16; // rows a path: one path a class takes ten times as long in Chromium
const SMALL_PX = 2; // below this a shape is a dot
const OUTLINE_ZOOM = 15.5;
const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";

/** Shapes of a table, coloured by a class number. */
export const ShapeLayer = CanvasLayer.extend({
  /**
   * @param {string} pane
   * @param {import("./table.js").Table} table
   * @param {string[]} colours by class
   * @param {boolean} hatched
   */
  initialize(pane, table, colours, hatched) {
    CanvasLayer.prototype.initialize.call(this, pane);
    this._table = table;
    this._colours = colours;
    this._hatched = hatched;
    this._rows = rowsByClass(table.ints.stage, colours.length);
    this.drawn = 0;
  },

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const view = this.viewOf(this._table);
    this.drawn = 0;
    this._rows.forEach((/** @type {Int32Array} */ rows, /** @type {number} */ at) => {
      if (rows.length) this._paintClass(context, view, rows, this._colours[at]);
    });
  },

  _paintClass(context, view, rows, colour) {
    context.fillStyle = this._hatched ? hatch(context, colour) : colour;
    const outlined = this._hatched || this._map.getZoom() >= OUTLINE_ZOOM;
    context.strokeStyle = outlined ? ink(colour, !this._hatched) : colour; // its own colour closes the seams between neighbours
    context.lineWidth = this._hatched ? 1.2 : 0.6;
    context.setLineDash(this._hatched ? [5, 3] : []);
    for (let from = 0; from < rows.length; from += BATCH) {
      const path = new Path2D();
      for (let i = from; i < Math.min(from + BATCH, rows.length); i++) this._trace(context, path, view, rows[i]);
      context.fill(path);
      context.stroke(path);
    }
  },

  _trace(context, path, { k, ax, ay }, row) {
    const { box, x, y, ringOf, pointOf } = this._table;
    const west = k * box[4 * row] + ax, east = k * box[4 * row + 2] + ax;
    const south = ay - k * box[4 * row + 1], north = ay - k * box[4 * row + 3];
    if (west > east) return;
    this.drawn++;
    const { min, max } = this._bounds;
    if (east < min.x || west > max.x || south < min.y || north > max.y) return;
    if (east - west < SMALL_PX && south - north < SMALL_PX) {
      context.fillRect(west, north, Math.max(east - west, 1), Math.max(south - north, 1));
      return;
    }
    for (let ring = ringOf[row]; ring < ringOf[row + 1]; ring++) {
      const first = pointOf[ring];
      path.moveTo(k * x[first] + ax, ay - k * y[first]);
      for (let i = first + 1; i < pointOf[ring + 1]; i++) path.lineTo(k * x[i] + ax, ay - k * y[i]);
      path.closePath();
    }
  },
});

/**
 * @param {Int32Array} classes
 * @param {number} count
 * @returns {Int32Array[]}
 */
function rowsByClass(classes, count) {
  /** @type {number[][]} */
  const found = Array.from({ length: count }, () => []);
  classes.forEach((of, row) => found[of].push(row));
  return found.map((rows) => Int32Array.from(rows));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 */
function hatch(context, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = ink(colour, true);
  pen.beginPath();
  for (const at of [-8, 0, 8]) {
    pen.moveTo(at, 8);
    pen.lineTo(at + 8, 0);
  }
  pen.stroke();
  return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
}

/**
 * Return what can be seen on a colour: white on a dark one; or always dark, for lines that end on another ground.
 * @param {string} colour #rrggbb
 * @param {boolean} within
 */
function ink(colour, within) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 120;
  return within && dark ? "rgba(255, 255, 255, 0.7)" : "rgba(30, 41, 59, 0.75)";
}

/** Names of projects, inside a shape that is wide enough, else below; one that would cover another waits for a closer view. */
export const LabelLayer = CanvasLayer.extend({
  /**
   * @param {string} pane
   * @param {{text: string, bounds: any}[]} labels the most important first
   */
  initialize(pane, labels) {
    CanvasLayer.prototype.initialize.call(this, pane);
    this._labels = labels;
  },

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    Object.assign(context, { font: `600 12px ${FONT}`, textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3.5 });
    Object.assign(context, { strokeStyle: "rgba(255, 255, 255, 0.92)", fillStyle: "#0f172a" });
    /** @type {any[]} */
    const taken = [];
    for (const { text, bounds } of this._labels) {
      const half = context.measureText(text).width / 2 + 3;
      const { x, y } = this._place(bounds, half);
      const box = L.bounds([x - half, y - 8], [x + half, y + 8]);
      if (taken.some((other) => other.intersects(box))) continue;
      taken.push(box);
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  },

  _place(bounds, half) {
    const west = this._map.latLngToLayerPoint(bounds.getSouthWest());
    const east = this._map.latLngToLayerPoint(bounds.getNorthEast());
    const roomy = east.x - west.x > 2.4 * half;
    const middle = (west.x + east.x) / 2;
    const left = this._map.containerPointToLayerPoint([0, 0]).x;
    const right = left + this._map.getSize().x;
    const seen = middle > left && middle < right && right - left > 2 * half;
    const x = seen ? Math.min(Math.max(middle, left + half), right - half) : middle; // whole names at the edge of a phone
    return { x, y: roomy ? (west.y + east.y) / 2 : west.y + 9 };
  },
});

const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Meridians and parallels of WGS 84: the only background of a map without one. */
export const GridLayer = CanvasLayer.extend({
  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { min, max } = this._bounds;
    const { east, north } = graticule(this._map);
    context.strokeStyle = "#d5dce6";
    context.beginPath();
    for (const { at } of east) {
      context.moveTo(at.x, min.y);
      context.lineTo(at.x, max.y);
    }
    for (const { at } of north) {
      context.moveTo(min.x, at.y);
      context.lineTo(max.x, at.y);
    }
    context.stroke();
  },
});

/** The degrees written along the lower and the right edge, over everything else. */
export const DegreeLayer = CanvasLayer.extend({
  /**
   * @param {string} pane
   * @param {import("./words.js").Speaker} speak
   */
  initialize(pane, speak) {
    CanvasLayer.prototype.initialize.call(this, pane);
    this._speak = speak;
  },

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const corner = this._map.containerPointToLayerPoint(this._map.getSize());
    const { east, north, digits } = graticule(this._map);
    Object.assign(context, { font: `11px ${FONT}`, textAlign: "right", fillStyle: "#52606f", strokeStyle: "rgba(255, 255, 255, 0.85)", lineWidth: 3 });
    const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    };
    for (const { value, at } of east) write(this._speak.degrees(value, digits, "east"), at.x - 4, corner.y - 26);
    for (const { value, at } of north) write(this._speak.degrees(value, digits, "north"), corner.x - 6, at.y - 4);
  },
});

/** @param {any} map */
function graticule(map) {
  const view = map.getBounds();
  const step = STEPS.find((s) => (view.getNorth() - view.getSouth()) / s >= 3) ?? STEPS[STEPS.length - 1];
  const wide = view.pad(0.3);
  const sharp = (/** @type {any} */ place) => L.point(Math.round(place.x) + 0.5, Math.round(place.y) + 0.5);
  const line = (/** @type {number} */ value, /** @type {[number, number]} */ place) => ({ value, at: sharp(map.latLngToLayerPoint(place)) });
  return {
    digits: Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)),
    east: multiples(wide.getWest(), wide.getEast(), step).map((value) => line(value, [view.getSouth(), value])),
    north: multiples(wide.getSouth(), wide.getNorth(), step).map((value) => line(value, [value, view.getWest()])),
  };
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} step
 */
function multiples(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}
