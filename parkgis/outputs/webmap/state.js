// What the reader has chosen: one object, one way to change it, and the address that brings it back.

/**
 * @typedef {object} State
 * @property {string} lang
 * @property {import("./words.js").Unit} unit
 * @property {"auto" | "light" | "dark"} theme
 * @property {number} day shown, after the page's day zero
 * @property {number} from the earlier of two days; 0 where none is compared
 * @property {Record<string, boolean>} on layers switched on
 * @property {string} lit rows of the table `opens` that are lit, with commas
 * @property {string} at what a sheet is open of: a project, or project:parcel
 */

/** @typedef {(state: State, changed: Set<string>) => void} Listener */

/** @param {State} initial */
export function stateOf(initial) {
  const state = { ...initial };
  /** @type {Listener[]} */
  const listeners = [];
  return {
    /** @returns {State} */
    get: () => state,
    /** @param {Listener} listener */
    listen: (listener) => void listeners.push(listener),
    /** @param {Partial<State>} changes */
    set(changes) {
      const changed = new Set(Object.entries(changes).filter(([key, value]) => state[/** @type {keyof State} */ (key)] !== value).map(([key]) => key));
      Object.assign(state, changes);
      if (changed.size) listeners.forEach((listener) => listener(state, changed));
    },
  };
}

/** @typedef {ReturnType<typeof stateOf>} Store */

const UNITS = ["auto", "ha", "m2"];
const THEMES = ["auto", "light", "dark"];

/**
 * Read what an address says after its #; whatever does not fit is left out, as if it were not there.
 * @param {string} fragment
 * @param {any} content
 * @param {(date: string) => number} dayNumber
 * @returns {Partial<State> & {view?: [number, number, number]}}
 */
export function fromFragment(fragment, content, dayNumber) {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  /** @type {any} */
  const found = {};
  const take = (/** @type {string} */ key, /** @type {(text: string) => unknown} */ read) => {
    const value = said.has(key) ? read(said.get(key) ?? "") : undefined;
    if (value !== undefined) found[key] = value;
  };
  const day = (/** @type {string} */ text) => (/^\d{4}-\d\d-\d\d$/.test(text) && dayNumber(text) > 0 ? Math.min(dayNumber(text), content.time.on) : undefined);
  take("view", (text) => {
    const parts = text.split("/").map(Number);
    return parts.length === 3 && parts.every(Number.isFinite) ? parts : undefined;
  });
  take("day", day);
  take("from", day);
  take("lang", (text) => (text in content.texts ? text : undefined));
  take("unit", (text) => (UNITS.includes(text) ? text : undefined));
  take("theme", (text) => (THEMES.includes(text) ? text : undefined));
  take("at", (text) => (Object.hasOwn(content.projects, text.split(":")[0]) ? text : undefined));
  take("lit", (text) => (/^\d+(,\d+)*$/.test(text) && content.board && text.split(",").every((at) => Number(at) < content.board.rows.length + content.board.bundles.length) ? text : undefined));
  take("on", (text) => {
    const wanted = text.split(",");
    const ids = [...content.layers.map((/** @type {any} */ { id }) => id), ...(content.tiles ? ["tiles"] : [])];
    return Object.fromEntries(ids.map((id) => [id, wanted.includes(id)]));
  });
  return found;
}

/**
 * @param {State} state
 * @param {L.Map} map
 * @param {import("./words.js").Speaker} speak
 * @param {any} content
 */
export function toFragment(state, map, speak, content) {
  const { lat, lng } = map.getCenter();
  const said = new URLSearchParams({ view: `${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`, lang: state.lang });
  if (state.day !== content.time.on) said.set("day", speak.iso(state.day));
  if (state.from) said.set("from", speak.iso(state.from));
  if (state.unit !== "auto") said.set("unit", state.unit);
  if (state.theme !== "auto") said.set("theme", state.theme);
  if (state.at) said.set("at", state.at);
  if (state.lit) said.set("lit", state.lit);
  const off = content.layers.some((/** @type {any} */ layer) => layer.on !== state.on[layer.id]) || state.on.tiles === false;
  if (off) said.set("on", Object.keys(state.on).filter((id) => state.on[id]).join(","));
  return `#${said}`;
}

/**
 * Keep the address up to date; a page without an address of its own (a sandboxed frame) goes without.
 * @param {string} fragment
 */
export function showAddress(fragment) {
  try {
    history.replaceState(null, "", fragment);
  } catch {
    // about:srcdoc and opaque origins have no history to write to
  }
}
