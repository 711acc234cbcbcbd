// Writing on the map: project names, the grid of degrees.

import { CanvasLayer } from "./canvas.js";

const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";

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

  /**
   * @param {any} bounds
   * @param {number} half
   */
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
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{min: any, max: any}} bounds
   */
  paint(context, { min, max }) {
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
