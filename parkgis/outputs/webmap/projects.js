// Projects as Leaflet polygons: few, clickable, and dashed and hatched where the boundary is schematic.

import { svg } from "./dom.js";
import { toLatLng } from "./table.js";

const EDGE = "#26323f";
/** @type {Record<string, {dashArray?: string, weight: number, fillOpacity: number}>} */
const LINES = {
  schematic: { dashArray: "6 5", weight: 1.5, fillOpacity: 1 }, // the hatch brings its own transparency
  osm: { dashArray: "12 4", weight: 1.8, fillOpacity: 0.55 },
  survey: { weight: 2.2, fillOpacity: 0.7 },
};

/**
 * Return how a shape of this boundary and colour is drawn.
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
 * @returns {L.LayerGroup}
 */
export function projectLayer(table, content) {
  const classes = Object.fromEntries(content.legends.share.classes.map((/** @type {any} */ c) => [c.code, c]));
  const renderer = L.svg({ pane: "projects", padding: 0.5 });
  const shapes = Array.from({ length: table.rows }, (_, row) => {
    const id = table.text("project", row);
    const style = lineStyle(table.text("boundary", row), classes[content.projects[id].class]);
    const shape = L.polygon(corners(table, row), { renderer, pane: "projects", className: "project", ...style });
    shape.on("add", () => /** @type {Element} */ (shape.getElement()).setAttribute("data-project", id));
    return shape;
  });
  return L.layerGroup(shapes);
}

/**
 * @param {import("./table.js").Table} table
 * @param {number} row
 */
function corners(table, row) {
  const rings = [];
  for (let ring = table.ringOf[row]; ring < table.ringOf[row + 1]; ring++) {
    const points = [];
    for (let i = table.pointOf[ring]; i < table.pointOf[ring + 1]; i++) points.push(toLatLng(table, table.x[i], table.y[i]));
    rings.push(points);
  }
  return rings;
}
