// Projects as Leaflet polygons: few, clickable, and dashed and hatched where the boundary is schematic.

import { projectClass } from "./classes.js";
import { svg } from "./dom.js";
import { ringsOf } from "./table.js";

const EDGE = "#26323f";
/** @type {Record<string, {dashArray?: string, weight: number, fillOpacity: number}>} */
const LINES = {
  schematic: { dashArray: "6 5", weight: 1.5, fillOpacity: 1 }, // the hatch brings its own transparency
  osm: { dashArray: "12 4", weight: 1.8, fillOpacity: 0.55 },
  survey: { dashArray: undefined, weight: 2.2, fillOpacity: 0.7 },
};

/**
 * Return how a shape of this boundary and class is drawn.
 * @param {string} boundary
 * @param {{code: string, colour: string}} of
 */
export function lineStyle(boundary, of) {
  const fillColor = boundary === "schematic" ? `url(#hatch-${of.code})` : of.colour;
  return { color: EDGE, fillColor, ...LINES[boundary] };
}

/**
 * Return the hatches the shapes refer to, one a class.
 * @param {{code: string, colour: string}[]} classes
 */
export function hatches(classes) {
  const patterns = classes.map(({ code, colour }) =>
    svg(
      "pattern",
      { id: `hatch-${code}`, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: 7, height: 7, fill: colour, "fill-opacity": 0.3 }),
      svg("rect", { width: 3, height: 7, fill: colour, "fill-opacity": 0.85 }),
      svg("rect", { width: 0.6, height: 7, fill: EDGE, "fill-opacity": 0.55 }),
    ),
  );
  return svg("svg", { width: 0, height: 0, "aria-hidden": "true", class: "hatches" }, svg("defs", {}, ...patterns));
}

/**
 * @param {import("./table.js").Table} table
 * @param {any} content
 * @param {any} layer
 */
export function projectLayer(table, content, layer) {
  const renderer = L.svg({ pane: "projects", padding: 0.2 });
  const style = (/** @type {number} */ row, /** @type {number} */ day) =>
    lineStyle(table.text("boundary", row), layer.classes[projectClass(content, layer, table.text("project", row), day)]);
  const shapes = Array.from({ length: table.rows }, (_, row) => {
    const shape = L.polygon(ringsOf(table, row), { renderer, pane: "projects", className: "project", ...style(row, content.time.on) });
    shape.on("add", () => /** @type {Element} */ (shape.getElement()).setAttribute("data-project", table.text("project", row)));
    return shape;
  });
  const group = L.layerGroup(shapes);
  return Object.assign(group, {
    /** @param {number} day */
    showDay: (day) => shapes.forEach((shape, row) => shape.setStyle(style(row, day))),
    /**
     * Paint the shapes into any canvas, as ShapeLayer.drawTo does.
     * @param {CanvasRenderingContext2D} context
     * @param {(place: L.LatLng) => [number, number]} place
     * @param {number} day
     */
    paintTo(context, place, day) {
      for (let row = 0; row < table.rows; row++) {
        const path = new Path2D();
        for (const ring of ringsOf(table, row)) {
          ring.forEach((at, i) => (i ? path.lineTo(...place(at)) : path.moveTo(...place(at))));
          path.closePath();
        }
        const of = layer.classes[projectClass(content, layer, table.text("project", row), day)];
        const { weight, dashArray, fillOpacity } = LINES[table.text("boundary", row)];
        context.fillStyle = table.text("boundary", row) === "schematic" ? hatchOf(context, of.colour) : of.colour;
        context.globalAlpha = fillOpacity;
        context.fill(path, "evenodd");
        context.globalAlpha = 1;
        Object.assign(context, { strokeStyle: EDGE, lineWidth: weight });
        context.setLineDash(dashArray ? dashArray.split(" ").map(Number) : []);
        context.stroke(path);
        context.setLineDash([]);
      }
    },
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 */
function hatchOf(context, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 10;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  Object.assign(pen, { fillStyle: colour, strokeStyle: colour, lineWidth: 3, globalAlpha: 0.3 });
  pen.fillRect(0, 0, 10, 10);
  pen.globalAlpha = 0.9;
  for (const at of [-10, 0, 10]) {
    pen.beginPath();
    pen.moveTo(at, 10);
    pen.lineTo(at + 10, 0);
    pen.stroke();
  }
  return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
}
