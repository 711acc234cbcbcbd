// A layer of shapes on a canvas of its own.
//
// Interface of the engine (whoever draws a page needs no more than this):
//
//   table = await readTable("parcels")              table.js; takes the block out of the page and frees its text
//     table.rows                                    how many
//     table.int(name, row)                          a whole number; for "area" in 0.1 m2
//     table.text(name, row)                         a text
//     table.texts(name)                             its dictionary (each text once), table.textIndex(name, row) the place in it
//     table.tuple(name, row)                        Int32Array: for "days" one day a stage, 0 for never (a view: do not keep)
//     reachedOn(table, "days", day, into)           Uint8Array of classes: 0 none yet, i + 1 the highest stage reached by that day
//     extentOf(table, rows)                         L.LatLngBounds of some rows (an array), null where none has a shape
//     ringsOf(table, row)                           [[L.LatLng, ...], ...], for the few shapes drawn by Leaflet itself
//     rowsAt(table, latlng)                         rows whose exact shape holds a place, in drawing order
//     toLegal(table, latlng), fromLegal(table, e, n)  metres of the legal VN-2000 grid <-> L.LatLng
//
//   layer = new ShapeLayer(pane, table, {colours, hatched})   colours "#rrggbb" by class; .addTo(map) and .remove() as any layer
//     layer.show(classes)        Uint8Array, one class a row, HIDDEN (255) for not drawn; recolours without touching geometry.
//                                Call it at every frame of a slider: the array is read now and not kept.
//     layer.clip(from, to)       show only this part of the view's width, shares 0-1 (two layers make a swipe); clip(0, 1) ends
//     layer.at(latlng)           the topmost row there that is neither hidden nor beyond the clip, or -1
//     layer.highlight(rows)      outline rows above all others; [] ends it
//     layer.drawn()              {rows, seen, painted}: rows with a shape that is not hidden, those of them in the view,
//                                and those counted on the canvas itself
//     await layer.settled()      when the picture is whole
//     layer.drawTo(context, {bounds, width, height, scale})   paint the L.LatLngBounds into any canvas, for print and PNG;
//                                width and height in CSS pixels, scale in canvas pixels a CSS pixel
//   Events: "drawn" when the picture is whole.

import { CanvasLayer, viewAt } from "./canvas.js";
import { channels, outline, paintRows, roomy } from "./paths.js";
import { colourPixels, counted, fillRow, raster } from "./raster.js";
import { mercator, rowsAt, rowsIn, spanOf } from "./table.js";

export const HIDDEN = 255; // class of what is not drawn
const BRIM_PX = 6; // around what is painted, for the width of lines
const FEW = 2500; // rows in the view up to which paths are quick enough to follow a slider
const STEP = 64; // rows between two looks at the clock
const BAND = 200_000; // pixels likewise

/**
 * What a page may ask of the layer; said in full at the head of this file.
 * @typedef {object} Shapes
 * @property {(classes: Uint8Array) => void} show
 * @property {(from: number, to: number) => void} clip
 * @property {(latlng: import("./table.js").Place) => number} at
 * @property {(rows: Iterable<number>) => void} highlight
 * @property {() => {rows: number, seen: number, painted: number}} drawn
 * @property {() => Promise<void>} settled
 * @property {(context: CanvasRenderingContext2D, part: {bounds: L.LatLngBounds, width: number, height: number, scale: number}) => void} drawTo
 */

/** Shapes of a table, coloured by class: the few as paths, the many as a picture of row numbers. */
const PaintedShapes = CanvasLayer.extend({
  /**
   * @param {string} pane
   * @param {import("./table.js").Table} table
   * @param {{colours: string[], hatched?: boolean}} look
   */
  initialize(pane, table, { colours, hatched = false }) {
    CanvasLayer.prototype.initialize.call(this, pane);
    this._table = table;
    this._look = { colours, hatched };
    this._classes = new Uint8Array(table.rows);
    this._lit = [];
    this._share = [0, 1];
    [this._palette, this._lines] = [paletteOf(colours, 1), paletteOf(colours, 0.8)];
  },

  onRemove() {
    CanvasLayer.prototype.onRemove.call(this);
    delete this._picture;
  },

  /** @param {Uint8Array} classes */
  show(classes) {
    const before = this._classes;
    this._classes = classes.slice(0, this._table.rows);
    if (!this._map) return;
    const covers = before.some((/** @type {number} */ of, /** @type {number} */ row) => (of === HIDDEN) !== (classes[row] === HIDDEN));
    if (this._picture && !covers && !this._job) this._recolour();
    else this._refresh();
  },

  /**
   * @param {number} from
   * @param {number} to
   */
  clip(from, to) {
    this._share = [from, to];
    if (this._map) this._clip();
  },

  /** @param {import("./table.js").Place} latlng */
  at(latlng) {
    const [from, to] = this._share;
    const share = from > 0 || to < 1 ? this._map.latLngToContainerPoint(latlng).x / this._map.getSize().x : 0;
    if (share < from || share >= to) return -1;
    return rowsAt(this._table, latlng).findLast((row) => this._classes[row] !== HIDDEN) ?? -1;
  },

  /** @param {Iterable<number>} rows */
  highlight(rows) {
    this._lit = [...rows];
    if (this._map) this._refresh();
  },

  _refresh() {
    if (this._job) this._stale = true; // a slider is quicker than the picture: finish this one first
    else this._update();
  },

  drawn() {
    const { rows, box } = this._table;
    let shaped = 0;
    for (let row = 0; row < rows; row++) if (box[4 * row] <= box[4 * row + 2] && this._classes[row] !== HIDDEN) shaped++;
    const painted = () => (this._map ? this._painted() : 0);
    return { rows: shaped, seen: this._seen ?? 0, get painted() { return painted(); } };
  },

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{bounds: any, width: number, height: number, scale: number}} part
   */
  drawTo(context, { bounds, width, height, scale }) {
    const [west, north] = mercator(bounds.getNorthWest());
    const [east] = mercator(bounds.getNorthEast());
    const k = (width * scale) / (east - west);
    const { centre } = this._table;
    const view = viewAt(k, k * (centre[0] - west), k * (north - centre[1]), L.point(width * scale, height * scale));
    const rows = this._rowsIn(view);
    const look = { ...this._look, ratio: scale, outlined: roomy(this._table, k, rows, scale) };
    for (const _ of paintRows(context, this._table, view, look, rows, this._classes)); // in one go
    outline(context, this._table, view, this._lit, scale);
  },

  part(/** @type {any} */ around) {
    const view = this.viewOf(this._table, around, 1);
    const rows = this._rowsIn(view);
    const [west, south, east, north] = spanOf(this._table.box, this._lit.length ? [...this._lit, ...rows] : rows);
    const brim = L.point(BRIM_PX, BRIM_PX);
    const low = around.min.add([view.k * west + view.ax, view.ay - view.k * north]).floor().subtract(brim);
    const high = around.min.add([view.k * east + view.ax, view.ay - view.k * south]).ceil().add(brim);
    const min = L.point(Math.max(low.x, around.min.x), Math.max(low.y, around.min.y));
    const max = L.point(Math.min(high.x, around.max.x), Math.min(high.y, around.max.y));
    const clear = !(max.x > min.x && max.y > min.y);
    return { rows, bounds: clear ? L.bounds(around.min, around.min.add([1, 1])) : L.bounds(min, max) };
  },

  /**
   * @param {import("./canvas.js").Frame} frame
   * @param {Uint32Array} rows
   */
  *work(frame, rows) {
    const view = this.viewOf(this._table, frame.bounds, frame.ratio);
    const outlined = roomy(this._table, view.k, rows, frame.ratio);
    const picture = rows.length > FEW ? yield* this._fill(view, rows, outlined) : undefined;
    const drawing = { ...frame, view, outlined };
    if (picture) this._put(frame.context, picture);
    else yield* paintRows(frame.context, this._table, view, { ...this._look, ratio: frame.ratio, outlined }, rows, this._classes);
    outline(frame.context, this._table, view, this._lit, frame.ratio);
    return () => {
      const stale = this._stale;
      Object.assign(this, { _drawing: drawing, _picture: picture, _seen: rows.length, _stale: false });
      this._clip();
      if (stale) this._update();
    };
  },

  *_fill(/** @type {import("./raster.js").View} */ view, /** @type {Uint32Array} */ rows, /** @type {boolean} */ outlined) {
    const { picture, inner } = raster(this._table, view, rows, this._picture);
    for (let i = 0; i < rows.length; i++) {
      fillRow(picture, this._table, inner, rows[i]);
      if (i % STEP === 0) yield;
    }
    for (let from = 0; from < picture.rows.length; from += BAND) {
      this._colour(picture, outlined, from, Math.min(from + BAND, picture.rows.length));
      yield;
    }
    return picture;
  },

  _recolour() {
    const { context, view, ratio, outlined } = this._drawing;
    this._colour(this._picture, outlined);
    this._put(context, this._picture);
    outline(context, this._table, view, this._lit, ratio);
  },

  _colour(/** @type {import("./raster.js").Raster} */ picture, /** @type {boolean} */ outlined, /** @type {number[]} */ ...part) {
    colourPixels(picture, this._classes, this._palette, outlined ? this._lines : null, ...part);
  },

  _put(/** @type {CanvasRenderingContext2D} */ context, /** @type {import("./raster.js").Raster} */ { left, top, width, height, pixels }) {
    const octets = new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer), 0, 4 * width * height);
    context.putImageData(new ImageData(octets, width, height), left, top);
  },

  _rowsIn(/** @type {import("./raster.js").View} */ { k, ax, ay, width, height }) {
    const rows = rowsIn(this._table, -ax / k, (ay - height) / k, (width - ax) / k, ay / k);
    return rows.filter((row) => this._classes[row] !== HIDDEN);
  },

  _painted() {
    const { view, context } = this._drawing ?? {};
    if (!view) return 0;
    return this._picture ? counted(this._picture, this._table.rows) : coloured(context, this._table, view, this._rowsIn(view));
  },

  _onMove() {
    CanvasLayer.prototype._onMove.call(this);
    this._clip();
  },

  _clip() {
    const [from, to] = this._share;
    const size = this._map.getSize();
    const { x, y } = this._map.containerPointToLayerPoint([0, 0]);
    const [west, east] = [x + from * size.x, x + to * size.x].map((at) => `${at}px`);
    const whole = from <= 0 && to >= 1;
    const pane = this.getPane();
    pane.style.clipPath = whole ? "" : `polygon(${west} ${y}px, ${east} ${y}px, ${east} ${y + size.y}px, ${west} ${y + size.y}px)`;
  },
});

/** @type {new (pane: string, table: import("./table.js").Table, look: {colours: string[], hatched?: boolean}) => L.Renderer & Shapes} */
export const ShapeLayer = /** @type {any} */ (PaintedShapes);

/**
 * Return colours as pixels, darkened; the last, for what is hidden, is clear.
 * @param {string[]} colours
 * @param {number} light
 */
function paletteOf(colours, light) {
  const pixels = new Uint32Array(HIDDEN + 1);
  const octets = new Uint8Array(pixels.buffer);
  colours.forEach((colour, of) => octets.set([...channels(colour).map((part) => part * light), 255], 4 * of));
  return pixels;
}

/**
 * Count rows with any colour on the canvas within their box.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./table.js").Table} table
 * @param {import("./raster.js").View} view
 * @param {Uint32Array} rows
 */
function coloured(context, { box }, { k, ax, ay, width, height }, rows) {
  const { data } = context.getImageData(0, 0, width, height);
  const inked = (/** @type {number} */ row) => {
    const west = Math.max(Math.floor(k * box[4 * row] + ax), 0), east = Math.min(Math.ceil(k * box[4 * row + 2] + ax), width - 1);
    const north = Math.max(Math.floor(ay - k * box[4 * row + 3]), 0), south = Math.min(Math.ceil(ay - k * box[4 * row + 1]), height - 1);
    for (let y = north; y <= south; y++) for (let x = west; x <= east; x++) if (data[4 * (y * width + x) + 3]) return true;
    return false;
  };
  return rows.filter(inked).length;
}
