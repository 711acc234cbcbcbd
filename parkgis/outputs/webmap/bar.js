// The title bar: whose map, of which day, the one number, and the language.

import { valueBy } from "./classes.js";
import { el } from "./dom.js";

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 */
export function titleBar(content, speak, store) {
  const { bar, demo } = speak.text();
  const { day, lang } = store.get();
  return el(
    "header",
    { id: "bar" },
    el("a", { class: "skip", href: "#panel", on: { click: skip } }, speak.say("skip")),
    demo && el("p", { class: "demo-band", role: "note" }, demo),
    el(
      "div",
      { class: "bar-row" },
      el("div", { class: "who" }, el("p", { class: "board" }, bar.board), el("h1", {}, bar.title), el("p", { class: "cut" }, speak.say("cut", { on: speak.day(day) }))),
      headline(content, speak, day),
      el("ul", { class: "facts" }, ...bar.facts.map((/** @type {[string, string]} */ [text, whole]) => el("li", { title: whole || null }, text))),
      el("div", { class: "languages", role: "group", "aria-label": speak.say("language") }, ...Object.keys(content.texts).map((code) => languageButton(code, lang, store))),
    ),
    day !== content.time.on && el("p", { class: "not-cut", role: "status" }, notCut(content, speak, day)),
  );
}

/**
 * Say that the map shows another day than the page's figures, and what it cannot show of that day.
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {number} day
 */
function notCut({ time }, speak, day) {
  const unseen = time.unseen.filter((/** @type {number} */ of) => of > day);
  const said = speak.say("not_cut", { day: speak.day(time.on) });
  return unseen.length ? `${said} ${speak.say("not_seen", { days: unseen.map(speak.day).join(", ") })}` : said;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault(); // the address after # is the view's
  const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
  panel.classList.add("open");
  panel.querySelector("button, input, summary")?.scrollIntoView();
  panel.focus();
}

/**
 * @param {string} code
 * @param {string} lang
 * @param {import("./state.js").Store} store
 */
function languageButton(code, lang, store) {
  const names = /** @type {Record<string, string>} */ ({ vi: "Tiếng Việt", en: "English" });
  return el("button", { type: "button", id: `lang-${code}`, lang: code, title: names[code], "aria-pressed": String(code === lang), on: { click: () => store.set({ lang: code }) } }, code.toUpperCase());
}

/**
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {number} day
 */
function headline({ time, target }, speak, day) {
  const { bar } = speak.text();
  const done = day === time.on ? target.counted_m2 : valueBy(time.counted, day);
  const share = target.m2 ? done / target.m2 : 0;
  const gone = Math.min(Math.max((Math.min(day + 1, target.to) - target.from) / (target.to - target.from), 0), 1);
  const width = (/** @type {number} */ of) => `${Math.min(Math.max(of, 0), 1) * 100}%`;
  const lines = [
    speak.say("share_of_target", { share: target.m2 ? speak.percent(share) : "–" }),
    speak.say("year_gone", { year: target.year, gone: speak.percent(gone) }),
    speak.say("remaining", { area_ha: speak.number(Math.max(target.m2 - done, 0) / 10_000, 2) }),
    ...(day === time.on ? [speak.say("by_documents", { area_ha: speak.number(target.documents_m2 / 10_000, 2) })] : []),
  ];
  return el(
    "div",
    { class: "headline" },
    el("p", { class: "label" }, bar.label),
    el("p", { class: "number" }, el("strong", {}, speak.number(done / 10_000, 2)), ` ${bar.of}`),
    el("div", { class: "gauge", "aria-hidden": "true" }, el("span", { class: "done", style: { width: width(share) } }), el("span", { class: "gone", style: { left: width(gone) } })),
    el("p", { class: "lines" }, lines.join(" · ")),
  );
}

/** @param {string[]} warnings */
export function warningBox(warnings) {
  return el("div", { id: "warnings", role: "note" }, ...warnings.map((text) => el("p", {}, text)));
}
