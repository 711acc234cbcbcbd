// Finds a park, a parcel or a commune by what is typed, with or without diacritics.

import { thereOn } from "./classes.js";
import { el, plain } from "./dom.js";
import { parcelKey } from "./popup.js";

const MOST = 12; // shown of each kind

/**
 * Take diacritics and case off: "Quế Võ" and "que vo" are the same to a search.
 * @param {string} text
 */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
}

/**
 * @typedef {{label: string, kind: string, open: () => void}} Found
 */

/**
 * @param {import("./panel.js").Desk} desk
 * @param {import("./inspect.js").Inspector} inspector
 */
export function searchBox({ content, speak, store, tables }, inspector) {
  const results = el("ul", { class: "results", id: "results" });
  const said = el("p", { class: "note", role: "status" });
  const field = /** @type {HTMLInputElement} */ (el("input", { type: "search", id: "search", autocomplete: "off", placeholder: speak.say(tables.parcels ? "search_hint" : "search_hint_parks"), "aria-label": speak.say("search"), "aria-controls": "results" }));
  const look = () => {
    const text = folded(field.value.trim());
    const { found, more } = text ? lookUp(text) : { found: [], more: 0 };
    results.replaceChildren(...found.map(({ label, kind, open }) => el("li", {}, el("button", { type: "button", on: { click: open } }, plain(label), el("span", { class: "count" }, kind)))));
    const sum = found.length ? speak.say("search_count", { count: found.length + more }) : speak.say("search_none", { text: field.value.trim() });
    said.textContent = text ? [sum, more ? speak.say("search_more", { count: more }) : ""].filter(Boolean).join("; ") : "";
  };
  const lookUp = (/** @type {string} */ text) => {
    const ids = Object.keys(content.projects);
    const named = ids.filter((id) => folded(id) === text || Object.values(content.texts).some((/** @type {any} */ t) => folded(`${t.projects[id].name} ${t.projects[id].sub}`).includes(text)));
    const placed = ids.filter((id) => !named.includes(id) && folded(speak.text().projects[id].communes).includes(text));
    const keys = /\d/.test(text) ? parcelsLike(text) : { rows: [], more: 0 };
    /** @type {Found[]} */
    const found = [
      ...named.map((id) => ({ label: speak.text().projects[id].name, kind: "", open: () => inspector.project(id) })),
      ...placed.map((id) => ({ label: `${speak.text().projects[id].communes} – ${speak.text().projects[id].name}`, kind: speak.say("search_commune"), open: () => inspector.project(id) })),
      ...keys.rows.map((row) => ({ label: parcelKey(tables.parcels, row), kind: speak.text().projects[tables.parcels.text("project", row)].label, open: () => inspector.parcel(row) })),
    ];
    const shown = found.slice(0, 2 * MOST);
    return { found: shown, more: found.length - shown.length + keys.more };
  };
  const parcelsLike = (/** @type {string} */ text) => {
    /** @type {number[]} */
    const rows = [];
    let more = 0;
    for (let row = 0; row < (tables.parcels?.rows ?? 0); row++) {
      if (!thereOn(tables.parcels, row, store.get().day)) continue;
      const key = folded(parcelKey(tables.parcels, row));
      if (key === text) rows.unshift(row);
      else if (!key.includes(text)) continue;
      else rows.push(row);
      if (rows.length > MOST && rows.pop() !== undefined) more++;
    }
    return { rows, more };
  };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => event.key === "Enter" && results.querySelector("button")?.click());
  return el("div", { class: "search", role: "search" }, field, said, results);
}
