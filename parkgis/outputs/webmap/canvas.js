// A layer with a canvas of its own; Leaflet's Renderer moves and scales it while the view does.

const HALF_WORLD = Math.PI * 6378137;

/**
 * How grid points become pixels of a layer: px = k * x + ax, py = ay - k * y.
 * @typedef {{k: number, ax: number, ay: number}} View
 */

/** @abstract Subclasses have `paint(context)`, called with an origin as Leaflet's layer points have it. */
export const CanvasLayer = L.Renderer.extend({
  /** @param {string} pane */
  initialize(pane) {
    L.Renderer.prototype.initialize.call(this, { pane, padding: 0.15 });
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
    delete this._context;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return; // wait for the end: the canvas is being scaled
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.width = ratio * size.x;
    this._container.height = ratio * size.y;
    Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
    this._context.setTransform(ratio, 0, 0, ratio, -ratio * this._bounds.min.x, -ratio * this._bounds.min.y);
    this.paint(this._context);
  },

  /**
   * @param {import("./table.js").Table} table
   * @returns {View}
   */
  viewOf(table) {
    const scale = this._map.options.crs.scale(this._map.getZoom()) / (2 * HALF_WORLD);
    const corner = this._map.getPixelOrigin();
    return {
      k: scale * table.grid,
      ax: scale * (table.origin[0] + HALF_WORLD) - corner.x,
      ay: scale * (HALF_WORLD - table.origin[1]) - corner.y,
    };
  },
});
