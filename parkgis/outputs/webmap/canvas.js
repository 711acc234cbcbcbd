// A layer with a canvas of its own; Leaflet's Renderer moves and scales it while the view does.
//
// Painting is a generator: it is resumed for a few milliseconds a frame, on a second canvas, while the one on the screen
// stays and moves with the map. What is painted appears whole.

const HALF_WORLD = Math.PI * 6378137;
const SLICE_MS = 8; // of a frame's 16; all layers together
const MOVING_MS = 5; // while the view is being dragged: Leaflet and the browser's own copying take up to 9
const STILL_MS = 100; // after the last move
const MARGIN = 0.15; // of the view's size, painted around it

/**
 * A part of the map being painted.
 * @typedef {object} Frame
 * @property {CanvasRenderingContext2D} context
 * @property {any} bounds L.Bounds in layer points
 * @property {number} ratio canvas pixels a CSS pixel
 */

const WHOLE = "whole";

/** @type {Set<{next: () => IteratorResult<unknown, unknown>}>} */
const jobs = new Set();
let booked = false;
let moved = -Infinity; // when the view last did

/** @param {{next: () => IteratorResult<unknown, unknown>}} job */
function startJob(job) {
  jobs.add(job);
  if (!booked) requestAnimationFrame(workOff);
  booked = true;
}

/** Work for a part of the frame. A picture that is whole waits for a frame of its own: the browser has to copy all of it. */
function workOff() {
  const now = performance.now();
  const until = now + (now - moved < STILL_MS ? MOVING_MS : SLICE_MS);
  for (const job of jobs) {
    let step;
    do {
      step = job.next();
      if (step.done) jobs.delete(job);
    } while (!step.done && step.value !== WHOLE && jobs.has(job) && performance.now() < until);
    if (step.done || step.value === WHOLE || performance.now() >= until) break;
  }
  booked = jobs.size > 0;
  if (booked) requestAnimationFrame(workOff);
}

/** Paint in one go what waits: before anything is on the screen there is nothing to keep moving. */
export function paintWaiting() {
  for (const job of jobs) {
    while (!job.next().done);
    jobs.delete(job);
  }
}

export const renderer = /** @type {any} */ (L.Renderer.prototype); // its types leave out what subclasses call

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
    moved = performance.now();
    if (this._job || !this._bounds || this._map._animatingZoom || this._map.getZoom() !== this._zoom) return;
    const min = this._map.containerPointToLayerPoint([0, 0]);
    if (!this._bounds.contains(L.bounds(min, min.add(this._map.getSize())))) this._update(); // dragged beyond what is painted
  },

  _reset() {
    this._update();
    this._updateTransform(this._map.getCenter(), this._map.getZoom()); // what is there stands in until the new is whole
  },

  _onAnimZoom(/** @type {L.ZoomAnimEvent} */ event) {
    if (this._bounds) {
      jobs.delete(this._job); // nobody will see it: the next one begins where the zoom ends
      delete this._job;
    }
    renderer._onAnimZoom.call(this, event);
  },

  _updateTransform(/** @type {L.LatLng} */ center, /** @type {number} */ zoom) {
    if (!this._corner) return; // nothing is painted that could be moved
    const scale = this._map.getZoomScale(zoom, this._zoom);
    L.DomUtil.setTransform(this._container, this._corner.multiplyBy(scale).subtract(this._map._getNewPixelOrigin(center, zoom)), scale);
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
    const around = /** @type {any} */ (L.bounds(min, min.add(size.multiplyBy(1 + 2 * MARGIN)).round()));
    const [origin, zoom] = [map.getPixelOrigin(), map.getZoom()];
    const { bounds, rows } = this.part(around);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = this._spare ?? /** @type {HTMLCanvasElement} */ (this._container.cloneNode());
    canvas.width = ratio * bounds.getSize().x;
    canvas.height = ratio * bounds.getSize().y;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const finish = yield* this.work({ context, bounds, ratio }, rows);
    yield WHOLE;
    Object.assign(canvas.style, { width: `${bounds.getSize().x}px`, height: `${bounds.getSize().y}px` });
    const spare = this._container;
    spare.replaceWith(canvas);
    Object.assign(this, { _container: canvas, _spare: spare, _bounds: around, _corner: bounds.min.add(origin), _zoom: zoom });
    L.DomUtil.setPosition(canvas, bounds.min);
    delete this._job;
    finish?.();
    this.fire("drawn");
    this._waiting.splice(0).forEach((/** @type {() => void} */ tell) => tell());
  },

  /** Wait for the picture to be whole. */
  settled() {
    return this._job || this._map?._animatingZoom ? new Promise((tell) => this._waiting.push(tell)) : Promise.resolve();
  },

  /**
   * @param {import("./table.js").Table} table
   * @param {any} bounds L.Bounds in layer points
   * @param {number} ratio
   * @returns {import("./raster.js").View}
   */
  viewOf({ centre }, bounds, ratio) {
    const scale = this._map.options.crs.scale(this._map.getZoom()) / (2 * HALF_WORLD);
    const corner = this._map.getPixelOrigin().add(bounds.min);
    const k = scale * ratio;
    return viewAt(k, k * (centre[0] + HALF_WORLD) - ratio * corner.x, k * (HALF_WORLD - centre[1]) - ratio * corner.y, bounds.getSize().multiplyBy(ratio));
  },
});

/**
 * @abstract Subclasses have `part(bounds)`, which returns `rows` to paint and the `bounds` they need (what is clear is not
 * carried from frame to frame), and `*work(frame, rows)`.
 */
export const CanvasLayer = /** @type {any} */ (PaintedCanvas);

const TOLERANCES_M = [0.5, 2, 8]; // levels.py: level i goes where half a pixel is wider

/**
 * @param {number} k
 * @param {number} ax
 * @param {number} ay
 * @param {{x: number, y: number}} size canvas pixels
 * @returns {import("./raster.js").View}
 */
export function viewAt(k, ax, ay, { x: width, y: height }) {
  return { k, ax, ay, width, height, level: TOLERANCES_M.filter((tolerance) => 0.5 / k > tolerance).length };
}
