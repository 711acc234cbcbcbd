// Everything around the map: title bar, legend, lists.

import { el, link, plain, svg } from "./dom.js";
import { lineStyle } from "./projects.js";

/** @param {any} content */
export function titleBar({ bar, demo }) {
  const width = (/** @type {number} */ share) => `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return el(
    "header",
    { id: "bar" },
    demo && el("p", { class: "demo-band", role: "note" }, demo),
    el(
      "div",
      { class: "bar-row" },
      el("div", { class: "who" }, el("p", { class: "board" }, bar.board), el("h1", {}, bar.title), el("p", { class: "cut" }, bar.cut)),
      el(
        "div",
        { class: "headline" },
        el("p", { class: "label" }, bar.label),
        el("p", { class: "number" }, el("strong", {}, bar.value), ` ${bar.of}`),
        el(
          "div",
          { class: "gauge", "aria-hidden": "true" },
          el("span", { class: "done", style: { width: width(bar.share) } }),
          el("span", { class: "gone", style: { left: width(bar.gone) } }),
        ),
        el("p", { class: "lines" }, bar.lines.join(" · ")),
      ),
      el("ul", { class: "facts" }, ...bar.facts.map((/** @type {[string, string]} */ [text, whole]) => el("li", { title: whole || null }, text))),
    ),
  );
}

/** @param {string[]} warnings */
export function warningBox(warnings) {
  return el("div", { id: "warnings", role: "note" }, ...warnings.map((text) => el("p", {}, text)));
}

/**
 * @param {any} content
 * @param {(id: string, on: boolean) => void} switched
 * @param {(id: string) => void} chosen
 */
export function sidePanel(content, switched, chosen) {
  return el(
    "aside",
    { id: "panel", "aria-label": content.words.panel },
    layerSwitch(content, switched),
    legend(content.legends.share, (c) => swatch(content, c, "schematic")),
    legend(content.legends.stage, (c) => swatch(content, c, "parcel")),
    lineLegend(content),
    section(content.list.title, true, ...content.list.groups.flatMap((/** @type {any} */ g) => group(content, g, chosen))),
    section(
      content.undrawn.title,
      content.undrawn.projects.length > 0,
      content.undrawn.projects.length ? projectList(content, content.undrawn.projects, chosen) : el("p", {}, content.undrawn.none),
    ),
    content.statements.groups.length > 0 && statementSection(content),
    section(content.words.about, false, el("dl", { class: "about" }, ...content.about.flatMap((/** @type {[string, string]} */ [k, v]) => [el("dt", {}, k), el("dd", {}, v)]))),
  );
}

/**
 * @param {string} title
 * @param {boolean} open
 * @param {...(import("./dom.js").Child)} children
 */
function section(title, open, ...children) {
  return el("details", { open }, el("summary", {}, el("h2", {}, title)), ...children);
}

/**
 * @param {any} content
 * @param {(id: string, on: boolean) => void} switched
 */
function layerSwitch({ layers, words }, switched) {
  const box = (/** @type {any} */ { id, label, count }) => {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: `layer-${id}`, checked: true, disabled: count === 0 }));
    input.addEventListener("change", () => switched(id, input.checked));
    return el("label", { class: count ? null : "empty" }, input, ` ${label}`, count === 0 && el("span", { class: "count" }, words.layer_empty));
  };
  return el("fieldset", { id: "layers" }, el("legend", {}, words.layers), ...layers.map(box));
}

/**
 * @param {any} of
 * @param {(c: any) => Node} symbol
 */
function legend({ title, note, classes }, symbol) {
  const line = (/** @type {any} */ c) => el("li", { class: c.count === "0" ? "empty" : null }, symbol(c), el("span", {}, c.label), el("span", { class: "count" }, c.count));
  return section(title, true, el("ul", { class: "legend" }, ...classes.map(line)), note && el("p", { class: "note" }, note));
}

/** @param {any} content */
function lineLegend(content) {
  const unknown = content.legends.share.classes[0];
  const line = (/** @type {[string, string]} */ [code, label]) => el("li", {}, swatch(content, unknown, code), el("span", {}, label));
  return section(content.words.legend_lines, true, el("ul", { class: "legend" }, ...content.legends.lines.map(line)));
}

/**
 * @param {any} content
 * @param {{code: string, colour: string}} of
 * @param {string} boundary
 */
function swatch(content, of, boundary) {
  const style = boundary === "parcel" ? { color: "#64748b", weight: 0.6, fillColor: of.colour, fillOpacity: 1, dashArray: undefined } : lineStyle(boundary, of);
  const { color, weight, fillColor, fillOpacity, dashArray } = style;
  const attributes = { stroke: color, "stroke-width": weight, fill: fillColor, "fill-opacity": fillOpacity, "stroke-dasharray": dashArray };
  return svg("svg", { width: 26, height: 16, "aria-hidden": "true" }, svg("rect", { x: 1.5, y: 1.5, width: 23, height: 13, ...attributes }));
}

/**
 * @param {any} content
 * @param {{title: string, projects: string[]}} of
 * @param {(id: string) => void} chosen
 */
function group(content, { title, projects }, chosen) {
  return [el("h3", {}, title), projectList(content, projects, chosen)];
}

/**
 * @param {any} content
 * @param {string[]} ids
 * @param {(id: string) => void} chosen
 */
function projectList(content, ids, chosen) {
  const classes = Object.fromEntries(content.legends.share.classes.map((/** @type {any} */ c) => [c.code, c]));
  const line = (/** @type {string} */ id) => {
    const { name, planned, share, boundary, class: code } = content.projects[id];
    const symbol = swatch(content, classes[code], boundary === "none" ? "parcel" : boundary);
    const button = el("button", { type: "button", "data-project": id, on: { click: () => chosen(id) } }, symbol, plain(name), el("span", { class: "count" }, [share, planned].filter(Boolean).join(" · ")));
    return el("li", {}, button);
  };
  return el("ul", { class: "projects" }, ...ids.map(line));
}

/** @param {any} content */
function statementSection({ statements, words }) {
  const item = (/** @type {any} */ s) =>
    el(
      "li",
      {},
      el("p", {}, el("span", { class: "date" }, s.date), ` ${s.metric}: `, el("b", {}, s.value), s.scope && el("span", { class: "scope" }, ` (${s.scope})`)),
      el("p", { class: "said", lang: "en" }, plain(s.text)),
      el("p", { class: "source" }, `${words.statement_source}: `, link(s.url, s.source)),
    );
  const group = (/** @type {any} */ g) => el("details", { class: "said-of" }, el("summary", {}, plain(g.label), el("span", { class: "count" }, String(g.items.length))), el("ul", {}, ...g.items.map(item)));
  return section(statements.title, false, el("p", { class: "note" }, statements.intro), statements.conflict && el("p", { class: "note" }, statements.conflict), ...statements.groups.map(group));
}
