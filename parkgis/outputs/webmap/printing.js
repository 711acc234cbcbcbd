// The view as a picture: for paper with a title, a legend and a scale, and as a PNG.

import { el } from "./dom.js";
import { placesOf } from "./scene.js";
import { comparedSum } from "./timebar.js";

const PIXEL_MM = 25.4 / 96; // a CSS pixel on paper
const DPI = 200;
const EQUATOR_M = 40_075_016.686;
export const PAPERS = /** @type {Record<string, [number, number]>} */ ({ "A4-landscape": [297, 210], "A4-portrait": [210, 297], "A3-landscape": [420, 297], "A3-portrait": [297, 420] });
const MARGIN_MM = 10;
const HEAD_MM = 30; // above the map
const FOOT_MM = 52; // below it
const GAP_MM = 4; // between the maps of two days
const OWN_DAY = ["usable", "blockers", "stages"]; // known of the page's own day alone
export const SCALES = [0, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000];

/**
 * @typedef {object} Studio what pictures are made from
 * @property {L.Map} map
 * @property {any} content
 * @property {import("./scene.js").Scene} scene
 * @property {import("./words.js").Speaker} speak
 * @property {import("./state.js").Store} store
 */

/**
 * Return the bounds that a map of this size shows around the middle of the view.
 * @param {L.Map} map
 * @param {number} width CSS pixels
 * @param {number} height
 * @param {number} scale denominator; 0 for the scale of the screen
 */
export function boundsAt(map, width, height, scale) {
  const centre = map.getCenter();
  const { x, y } = L.Projection.SphericalMercator.project(centre);
  const pixel = (scale || scaleOf(map)) * (PIXEL_MM / 1000) / Math.cos((centre.lat * Math.PI) / 180); // metres of Mercator
  const corner = (/** @type {number} */ side, /** @type {number} */ up) => L.Projection.SphericalMercator.unproject(L.point(x + (side * width * pixel) / 2, y + (up * height * pixel) / 2));
  return L.latLngBounds(corner(-1, -1), corner(1, 1));
}

/** Return the denominator of the view's scale, a CSS pixel being 0.2646 mm. @param {L.Map} map */
export function scaleOf(map) {
  const metres = (EQUATOR_M * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  return metres / (PIXEL_MM / 1000);
}

/** Return the days to show, one map each: the earlier of two first. @param {Studio} studio */
function daysOf({ scene, store }) {
  const { day, from } = store.get();
  return from && Object.keys(scene.earlier).length ? [from, day] : [day];
}

/**
 * Paint a part of the map as of a day, every layer that is switched on, in the order of the map.
 * @param {Studio} studio
 * @param {number} day the one shown, or the earlier of two
 * @param {L.LatLngBounds} bounds
 * @param {number} width CSS pixels
 * @param {number} height
 * @param {number} scale canvas pixels a CSS pixel
 */
export function picture({ map, content, scene, store }, day, bounds, width, height, scale) {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) }));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const at = placer(bounds, width, height);
  const before = day !== store.get().day;
  for (const layer of content.layers) {
    const shown = (before && scene.earlier[layer.id]) || scene.layers[layer.id];
    if (!map.hasLayer(shown) || (before && OWN_DAY.includes(layer.show))) continue;
    for (const one of layer.show === "blockers" ? [shown, scene.lit, scene.ticked] : [shown]) if (one?.drawTo && map.hasLayer(one)) one.drawTo(context, { bounds, width, height, scale });
    context.save();
    context.scale(scale, scale);
    if (shown.paintTo) shown.paintTo(context, at, day);
    if (shown.lines) lines(context, layer, shown.lines, at);
    if (layer.show === "labels") names(context, shown._labels, at, width);
    context.restore();
  }
  return canvas;
}

/**
 * @param {L.LatLngBounds} bounds
 * @param {number} width
 * @param {number} height
 * @returns {(place: L.LatLng) => [number, number]}
 */
function placer(bounds, width, height) {
  const low = L.Projection.SphericalMercator.project(bounds.getSouthWest()), high = L.Projection.SphericalMercator.project(bounds.getNorthEast());
  return (place) => {
    const { x, y } = L.Projection.SphericalMercator.project(place);
    return [((x - low.x) / (high.x - low.x)) * width, ((high.y - y) / (high.y - low.y)) * height];
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} layer
 * @param {{at: number[]}[]} found
 * @param {(place: L.LatLng) => [number, number]} at
 */
function lines(context, layer, found, at) {
  Object.assign(context, { strokeStyle: layer.classes[0].colour, lineWidth: layer.width });
  context.setLineDash(layer.dashed ? [6, 4] : []);
  for (const line of found) {
    const path = new Path2D();
    placesOf(line.at).forEach((place, i) => (i ? path.lineTo(...at(place)) : path.moveTo(...at(place))));
    context.stroke(path);
  }
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{text: string, bounds: L.LatLngBounds}[]} labels
 * @param {(place: L.LatLng) => [number, number]} at
 * @param {number} width
 */
function names(context, labels, at, width) {
  Object.assign(context, { font: "600 12px system-ui, 'Segoe UI', Roboto, Arial, sans-serif", textAlign: "center", textBaseline: "middle", lineWidth: 3.5, lineJoin: "round", strokeStyle: "rgba(255, 255, 255, 0.92)", fillStyle: "#0f172a" });
  /** @type {L.Bounds[]} */
  const taken = [];
  for (const { text, bounds } of labels) {
    const half = context.measureText(text).width / 2 + 3;
    const [x, y] = at(bounds.getCenter());
    const box = L.bounds([x - half, y - 8], [x + half, y + 8]);
    if (x < half || x > width - half || taken.some((other) => other.intersects(box))) continue; // whole names only
    taken.push(box);
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

// -- paper -------------------------------------------------------------------------------------------------

/**
 * Lay out a sheet of paper; it is seen only when printed. Two days stand beside each other, or one above the other on an upright sheet.
 * @param {Studio} studio
 * @param {string} paper of PAPERS
 * @param {number} scale denominator; 0 for the scale of the screen
 * @param {Node[]} legends
 */
export function sheetOfPaper(studio, paper, scale, legends) {
  const { map, content, speak, store } = studio;
  const days = daysOf(studio), upright = paper.endsWith("portrait");
  const sides = PAPERS[paper].map((side, i) => side - 2 * MARGIN_MM - (i ? HEAD_MM + FOOT_MM : 0));
  const along = upright ? 1 : 0;
  sides[along] = (sides[along] - GAP_MM * (days.length - 1)) / days.length;
  const [width, height] = sides.map((side) => side / PIXEL_MM);
  const frames = days.map((day) => frameOf(studio, day, days.length > 1, boundsAt(map, width, height, scale), width, height));
  const { bar, demo, credits } = speak.text();
  const { day } = store.get();
  return el(
    "section",
    { id: "sheet", class: `paper-${paper}` },
    el("header", {}, demo && el("p", { class: "demo-band" }, demo), el("p", { class: "board" }, bar.board), el("h1", {}, bar.title), el("p", { class: "cut" }, cutOf(studio))),
    el("div", { class: `frames${upright ? " upright" : ""}${days.length > 1 ? " two" : ""}` }, ...frames),
    el(
      "footer",
      {},
      el("div", { class: "legends" }, ...legends),
      el("div", { class: "facts" }, scaleBar(scale || scaleOf(map), speak), days.length > 1 && el("p", {}, speak.say("print_counts", { day: speak.day(day) })), ...bar.facts.map((/** @type {[string, string]} */ [text]) => el("p", {}, text)), el("p", { class: "whole-digest" }, content.print.digest), el("p", {}, credits.join(" · "))),
    ),
  );
}

/**
 * Return the map of a day, framed; where it is one of two, it tells its day.
 * @param {Studio} studio
 * @param {number} day
 * @param {boolean} told
 * @param {L.LatLngBounds} bounds
 * @param {number} width CSS pixels
 * @param {number} height
 */
function frameOf(studio, day, told, bounds, width, height) {
  const { speak } = studio;
  const canvas = picture(studio, day, bounds, width, height, DPI / 96);
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const { demo, demo_short } = speak.text();
  return el("div", { class: "frame" }, canvas, demo && el("span", { class: "demo-mark" }, demo_short), told && el("span", { class: "paper-day" }, speak.day(day)), el("span", { class: "paper-north" }, `▲ ${speak.say("north")}`));
}

/** Return the day of the figures, and of two days what was handed over between them. @param {Studio} studio */
function cutOf({ content, speak, store }) {
  const { day, from } = store.get();
  const cut = speak.say("cut", { on: speak.day(day) });
  return from ? `${cut} · ${comparedSum(content, speak, store.get())}` : cut;
}

/**
 * @param {number} denominator
 * @param {import("./words.js").Speaker} speak
 */
function scaleBar(denominator, speak) {
  const most = (45 / 1000) * denominator; // metres in 45 mm of paper
  const step = [1, 2, 5].flatMap((n) => Array.from({ length: 6 }, (_, i) => n * 10 ** i)).filter((m) => m <= most).reduce((a, b) => Math.max(a, b), 1);
  const said = step < 1000 ? `${step} m` : `${step / 1000} km`;
  return el("div", { class: "scale-bar" }, el("span", { class: "bar", style: { width: `${(step / denominator) * 1000}mm` } }), el("span", {}, said), el("span", {}, speak.say("print_of", { scale: speak.number(Number(denominator.toPrecision(3)), 0) })));
}

/**
 * Save the view with its title, legend, scale, day and digest.
 * @param {Studio} studio
 * @returns {Promise<string>} the file's name
 */
export async function savePng(studio) {
  const { map, content, speak, store } = studio;
  const { x: each, y: height } = map.getSize();
  const days = daysOf(studio), width = each * days.length;
  const scale = 2, head = 78, foot = 42;
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { width: width * scale, height: (height + head + foot) * scale }));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(scale, scale);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, width, height + head + foot);
  const { bar, demo, credits } = speak.text();
  const write = (/** @type {string} */ text, /** @type {number} */ y, /** @type {string} */ font, colour = "#16202c", x = 12) => {
    Object.assign(pen, { font: `${font} system-ui, 'Segoe UI', Arial, sans-serif`, fillStyle: colour });
    pen.fillText(text, x, y, width - 24);
  };
  days.forEach((day, i) => {
    pen.drawImage(picture(studio, day, map.getBounds(), each, height, scale), i * each, head, each, height);
    if (days.length > 1) write(speak.day(day), head + 26, "700 18px", "#16202c", i * each + 12);
    if (i) pen.fillRect(i * each - 1, head, 2, height);
  });
  write(bar.board, 18, "12px", "#52606f");
  write(demo ? `${bar.title} – ${demo}` : bar.title, 42, "700 18px", demo ? "#b3261e" : "#16202c");
  write(cutOf(studio), 64, "600 13px", "#0b4f8a");
  write(`${speak.say("print_of", { scale: speak.number(Number(scaleOf(map).toPrecision(3)), 0) })} · ▲ ${speak.say("north")} · ${bar.facts.map((/** @type {[string, string]} */ [text]) => text).join(" · ")}`, head + height + 17, "11px", "#52606f");
  write(credits.join(" · "), head + height + 34, "11px", "#52606f");
  pngLegend(pen, studio, head + 10, width);
  if (demo) watermark(pen, speak.text().demo_short, width, head + height / 2);
  const name = `${content.demo ? "DEMO-" : ""}${content.name}-${speak.iso(store.get().day)}.png`;
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const address = URL.createObjectURL(/** @type {Blob} */ (blob));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return name;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Studio} studio
 * @param {number} top
 * @param {number} right
 */
function pngLegend(pen, { map, content, scene, speak }, top, right) {
  const layers = content.layers.filter((/** @type {any} */ layer) => map.hasLayer(scene.layers[layer.id]) && speak.text().layers[layer.id].legend && layer.show !== "tranches");
  const rows = layers.flatMap((/** @type {any} */ layer) => layer.classes.map((/** @type {any} */ c) => [c.colour, speak.text().layers[layer.id].classes[c.code]]));
  pen.font = "12px system-ui, 'Segoe UI', Arial, sans-serif";
  const wide = Math.max(...rows.map((/** @type {[string, string]} */ [, text]) => pen.measureText(text).width), 0) + 44;
  Object.assign(pen, { fillStyle: "rgba(255, 255, 255, 0.93)", strokeStyle: "#64748b", lineWidth: 0.6 });
  pen.fillRect(right - wide - 10, top, wide, rows.length * 18 + 8);
  rows.forEach((/** @type {[string, string]} */ [colour, text], /** @type {number} */ i) => {
    pen.fillStyle = colour;
    pen.fillRect(right - wide - 2, top + 6 + 18 * i, 22, 12);
    pen.strokeRect(right - wide - 2, top + 6 + 18 * i, 22, 12);
    pen.fillStyle = "#16202c";
    pen.fillText(text, right - wide + 28, top + 16 + 18 * i);
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} width
 * @param {number} y
 */
function watermark(pen, text, width, y) {
  pen.save();
  Object.assign(pen, { font: "800 150px system-ui, sans-serif", fillStyle: "rgba(179, 38, 30, 0.14)", textAlign: "center" });
  pen.translate(width / 2, y);
  pen.rotate(-0.35);
  pen.fillText(text, 0, 40);
  pen.restore();
}

/**
 * The dialog that asks for paper and scale.
 * @param {Studio} studio
 * @param {() => Node[]} legends
 */
export function printDialog(studio, legends) {
  const { speak } = studio;
  const paper = /** @type {HTMLSelectElement} */ (el("select", { id: "paper" }, ...Object.keys(PAPERS).map((name) => el("option", { value: name }, paperName(name, speak)))));
  const scale = /** @type {HTMLSelectElement} */ (el("select", { id: "scale" }, ...SCALES.map((n) => el("option", { value: n }, n ? `1:${speak.number(n, 0)}` : speak.say("print_fit")))));
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "box", "aria-label": speak.say("print") }));
  const print = () => {
    document.getElementById("sheet")?.remove();
    document.body.append(sheetOfPaper(studio, paper.value, Number(scale.value), legends()));
    dialog.close();
    window.print();
  };
  dialog.append(
    el("h2", {}, speak.say("print")),
    el("label", {}, speak.say("print_paper"), paper),
    el("label", {}, speak.say("print_scale"), scale),
    el("div", { class: "buttons" }, el("button", { type: "button", id: "print-now", on: { click: print } }, speak.say("print_now")), el("button", { type: "button", id: "save-png", on: { click: () => savePng(studio) } }, speak.say("print_png")), el("button", { type: "button", on: { click: () => dialog.close() } }, speak.say("close"))),
  );
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

/**
 * @param {string} name A4-landscape
 * @param {import("./words.js").Speaker} speak
 */
function paperName(name, speak) {
  const [size, way] = name.split("-");
  return `${size}, ${speak.say(way)}`;
}
