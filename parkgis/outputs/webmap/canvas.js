// A layer with a canvas of its own; Leaflet's Renderer moves and scales it while the view does.
//
// Painting is a generator: it is resumed for a few milliseconds a frame, on a second canvas, while the one on the screen
// stays and moves with the map. What is painted appears whole.

const HALF_WORLD = Math.PI * 6378137;
const SLICE_MS = 9; // of a frame's 16; all layers together
const MARGIN = 0.15; // of the view's size, painted around it

/**
 * A part of the map being painted.
 * @typedef {object} Frame
 * @property {CanvasRenderingContext2D} context
 * @property {any} bounds L.Bounds in layer points
 * @property {number} ratio canvas pixels a CSS pixel
 */

/** @type {Set<{next: () => IteratorResult<unknown, unknown>}>} */
const jobs = new Set();
let booked = false;

/** @param {{next: () => IteratorResult<unknown, unknown>}} job */
function startJob(job) {
  jobs.add(job);
  if (!booked) workOff();
}

function workOff() {
  const until = performance.now() + SLICE_MS;
  for (const job of jobs) {
    while (performance.now() < until && jobs.has(job)) if (job.next().done) jobs.delete(job);
  }
  booked = jobs.size > 0;
  if (booked) requestAnimationFrame(workOff);
}

const renderer = /** @type {any} */ (L.Renderer.prototype); // its types leave out what subclasses call

const PaintedCanvas = L.Renderer.extend({
  /** @param {string} pane */
  initialize(pane) {
    renderer.initialize.call(this, { pane, padding: MARGIN });
    this._waiting = [];
  },

  getEvents() {
    return { ...renderer.getEvents.call(this), move: this._onMove };
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    jobs.delete(this._job);
    delete this._job;
    this._container.remove();
    delete this._container;
    delete this._spare;
    delete this._bounds;
  },

  _onMove() {
    if (this._job || !this._bounds || this._map._animatingZoom || this._map.getZoom() !== this._zoom) return;
    const min = this._map.containerPointToLayerPoint([0, 0]);
    if (!this._bounds.contains(L.bounds(min, min.add(this._map.getSize())))) this._update(); // dragged beyond what is painted
  },

  _updateTransform(/** @type {L.LatLng} */ center, /** @type {number} */ zoom) {
    if (this._bounds) renderer._updateTransform.call(this, center, zoom); // else nothing is painted that could be moved
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return; // wait for the end: the canvas is being scaled
    jobs.delete(this._job);
    this._job = this._repaint();
    startJob(this._job);
  },

  *_repaint() {
    const map = this._map;
    const size = map.getSize();
    const min = map.containerPointToLayerPoint(size.multiplyBy(-MARGIN)).round();
    const bounds = /** @type {any} */ (L.bounds(min, min.add(size.multiplyBy(1 + 2 * MARGIN)).round()));
    const [center, zoom] = [map.getCenter(), map.getZoom()];
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = this._spare ?? /** @type {HTMLCanvasElement} */ (this._container.cloneNode());
    canvas.width = ratio * bounds.getSize().x;
    canvas.height = ratio * bounds.getSize().y;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const finish = yield* this.work({ context, bounds, ratio });
    Object.assign(canvas.style, { width: `${bounds.getSize().x}px`, height: `${bounds.getSize().y}px` });
    const spare = this._container;
    spare.replaceWith(canvas);
    Object.assign(this, { _container: canvas, _spare: spare, _bounds: bounds, _center: center, _zoom: zoom, _ratio: ratio });
    L.DomUtil.setPosition(canvas, bounds.min);
    delete this._job;
    finish?.();
    this.fire("drawn");
    this._waiting.splice(0).forEach((/** @type {() => void} */ tell) => tell());
  },

  /** @param {Frame} frame */
  *work({ context, bounds, ratio }) {
    context.setTransform(ratio, 0, 0, ratio, -ratio * bounds.min.x, -ratio * bounds.min.y);
    this.paint(context, bounds);
  },

  /** Wait for the picture to be whole. */
  settled() {
    return this._job ? new Promise((tell) => this._waiting.push(tell)) : Promise.resolve();
  },

  /**
   * @param {import("./table.js").Table} table
   * @param {Frame} frame
   * @returns {import("./raster.js").View}
   */
  viewOf({ centre }, { context, bounds, ratio }) {
    const scale = this._map.options.crs.scale(this._map.getZoom()) / (2 * HALF_WORLD);
    const corner = this._map.getPixelOrigin().add(bounds.min);
    const k = scale * ratio;
    return viewAt(k, k * (centre[0] + HALF_WORLD) - ratio * corner.x, k * (HALF_WORLD - centre[1]) - ratio * corner.y, context.canvas);
  },
});

/** @abstract Subclasses have `paint(context, bounds)`, called with an origin as Leaflet's layer points have it, or `work(frame)`. */
export const CanvasLayer = /** @type {any} */ (PaintedCanvas);

const TOLERANCES_M = [0.5, 2, 8]; // levels.py: level i goes where half a pixel is wider

/**
 * @param {number} k
 * @param {number} ax
 * @param {number} ay
 * @param {{width: number, height: number}} canvas
 * @returns {import("./raster.js").View}
 */
export function viewAt(k, ax, ay, { width, height }) {
  return { k, ax, ay, width, height, level: TOLERANCES_M.filter((tolerance) => 0.5 / k > tolerance).length };
}
