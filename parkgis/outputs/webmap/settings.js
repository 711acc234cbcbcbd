// Unit and colours of the page.

import { el } from "./dom.js";

/**
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 */
export function settingsBox(speak, store) {
  return el("div", { class: "settings" }, choice(speak, store, "unit", ["auto", "ha", "m2"]), choice(speak, store, "theme", ["auto", "light", "dark"]));
}

/**
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 * @param {"unit" | "theme"} key
 * @param {string[]} values
 */
function choice(speak, store, key, values) {
  const select = /** @type {HTMLSelectElement} */ (el("select", { id: key }, ...values.map((value) => el("option", { value }, speak.say(`${key}_${value}`)))));
  select.value = store.get()[key];
  select.addEventListener("change", () => store.set({ [key]: select.value }));
  return el("label", {}, el("span", {}, speak.say(key)), select);
}

/** @param {string} theme */
export function themeOf(theme) {
  const { classList } = document.documentElement;
  classList.toggle("dark", theme === "dark");
  classList.toggle("light", theme === "light");
}
