// The one place where text becomes page: always as text, never as HTML.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, unknown> & {style?: Record<string, string>, on?: Record<string, EventListener>}} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an HTML element.
 * @param {string} tag
 * @param {Attributes} [attributes] `style` and `on` are objects; null and false leave an attribute out
 * @param {...Child} children strings become text
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (fill(document.createElement(tag), attributes, children));
}

/**
 * Make an SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (fill(document.createElementNS(SVG, tag), attributes, children));
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(node, { style = {}, on = {}, ...rest }, children) {
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null && value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : String(value));
  }
  Object.assign(/** @type {HTMLElement} */ (node).style, style); // through the CSSOM: the page's policy forbids style attributes
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  for (const child of children) if (child !== null && child !== undefined && child !== false && child !== "") node.append(child);
  return node;
}

/**
 * Make a link, or plain text where the address is not a web address (`javascript:` and the like).
 * @param {string} url
 * @param {string} text
 */
export function link(url, text) {
  return /^https?:\/\//i.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

/**
 * Make a part of the panel that opens and closes.
 * @param {string} id
 * @param {string} title
 * @param {boolean} open
 * @param {...Child} children
 */
export function section(id, title, open, ...children) {
  return el("details", { id: `part-${id}`, open }, el("summary", {}, el("h2", {}, title)), ...children);
}

/**
 * Isolate text of unknown direction, so that bidirectional controls in a name end with the name.
 * @param {string} text
 */
export function plain(text) {
  return el("bdi", {}, text);
}
