// Writing on the map: project names, the grid of degrees. A few elements of SVG: a canvas of the view's size for a dozen words
// would be filled, copied and put under the rest at every frame.

import { renderer } from "./canvas.js";
import { svg } from "./dom.js";

const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";
const PADDING = 0.15; // of the view's size, written around it
const CORNER_PX = 340; // lower left, where the coordinates of the pointer are told
const NORTH_PX = 40; // lower right, where the arrow stands

/** @abstract Subclasses have `marks(bounds)`: what to write, at places as Leaflet's layer points have them. */
const MarkLayer = /** @type {any} */ (
  L.Renderer.extend({
    /** @param {string} pane */
    initialize(pane) {
      renderer.initialize.call(this, { pane, padding: PADDING });
    },

    _initContainer() {
      this._container = svg("svg", { class: "marks", "aria-hidden": "true" });
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },

    _onAnimZoom(/** @type {L.ZoomAnimEvent} */ event) {
      renderer._onAnimZoom.call(this, event);
      this._container.style.visibility = "hidden"; // scaled, letters are no help, and Chromium paints them all anew for it
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return; // wait for the end
      renderer._update.call(this);
      this._container.style.visibility = "";
      const { min, max } = this._bounds, { x, y } = max.subtract(min);
      Object.entries({ width: x, height: y, viewBox: `${min.x} ${min.y} ${x} ${y}` }).forEach(([name, value]) => this._container.setAttribute(name, value));
      L.DomUtil.setPosition(this._container, min);
      this._container.replaceChildren(...this.marks(this._bounds));
    },
  })
);

/** Names of projects, inside a shape that is wide enough, else below; one that would cover another waits for a closer view. */
export const LabelLayer = MarkLayer.extend({
  /**
   * @param {string} pane
   * @param {{text: string, bounds: any}[]} labels the most important first
   */
  initialize(pane, labels) {
    MarkLayer.prototype.initialize.call(this, pane);
    this._labels = labels;
  },

  /** @param {any} bounds */
  marks(bounds) {
    const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    pen.font = `600 12px ${FONT}`;
    /** @type {any[]} */
    const taken = [];
    const marks = [];
    for (const { text, bounds: of } of this._labels) {
      const half = pen.measureText(text).width / 2 + 3;
      const { x, y } = this._place(of, half);
      const box = L.bounds([x - half, y - 8], [x + half, y + 8]);
      if (!bounds.intersects(box) || taken.some((other) => other.intersects(box))) continue;
      taken.push(box);
      marks.push(svg("text", { class: "name", x, y: y + 4 }, text));
    }
    return marks;
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
export const GridLayer = MarkLayer.extend({
  /** @param {{min: any, max: any}} bounds */
  marks({ min, max }) {
    const { east, north } = graticule(this._map);
    const d = [...east.map(({ at }) => `M${at.x} ${min.y}V${max.y}`), ...north.map(({ at }) => `M${min.x} ${at.y}H${max.x}`)].join("");
    return [svg("path", { class: "grid", d })];
  },
});

/** The degrees written along the lower and the right edge, over everything else. */
export const DegreeLayer = MarkLayer.extend({
  /**
   * @param {string} pane
   * @param {import("./words.js").Speaker} speak
   */
  initialize(pane, speak) {
    MarkLayer.prototype.initialize.call(this, pane);
    this._speak = speak;
  },

  marks() {
    const corner = this._map.containerPointToLayerPoint(this._map.getSize());
    const { east, north, digits } = graticule(this._map);
    const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => svg("text", { class: "degrees", x, y }, text);
    const { x: left } = this._map.containerPointToLayerPoint([0, 0]);
    const open = { x: (/** @type {any} */ { at }) => at.x > left + CORNER_PX && at.x < corner.x - NORTH_PX, y: (/** @type {any} */ { at }) => at.y < corner.y - 2 * NORTH_PX };
    return [
      ...east.filter(open.x).map(({ value, at }) => write(this._speak.degrees(value, digits, "east"), at.x - 4, corner.y - 26)),
      ...north.filter(open.y).map(({ value, at }) => write(this._speak.degrees(value, digits, "north"), corner.x - 6, at.y - 4)),
    ];
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
