// The days of the ledger under the map: one shown, or two side by side.

import { valueBy } from "./classes.js";
import { el, svg } from "./dom.js";

const STEP_MS = 450;
// Drawn, since few fonts hold the signs: Chromium would look through all of them before it lays out the first line.
const PLAY = "M3 1v14l11-7z", PAUSE = "M3 1h4v14H3zM9 1h4v14H9z";

/**
 * @param {import("./panel.js").Desk} desk
 * @param {(share: number) => void} swipe where the line between two days stands, share of the view's width
 * @param {boolean} sides whether two days can stand side by side
 */
export function timeBar({ content, speak, store }, swipe, sides) {
  const { days, on } = content.time;
  /** @type {number | undefined} */
  let playing;
  const label = el("output", { class: "day", for: "day" });
  const slider = /** @type {HTMLInputElement} */ (el("input", { type: "range", id: "day", min: 0, max: days.length - 1, step: 1, "aria-label": speak.say("time") }));
  const button = el("button", { type: "button", id: "play", on: { click: () => (playing === undefined ? play() : stop()) } });
  const step = (/** @type {number} */ by) => slider.value !== String(Number(slider.value) + by) && show(Number(slider.value) + by);
  const show = (/** @type {number} */ place) => store.set({ day: days[Math.min(Math.max(place, 0), days.length - 1)] });
  const next = () => (Number(slider.value) < days.length - 1 ? step(1) : stop());
  const play = () => {
    if (Number(slider.value) === days.length - 1) show(0);
    playing = window.setInterval(next, STEP_MS);
    say();
  };
  const stop = () => {
    window.clearInterval(playing);
    playing = undefined;
    say();
  };
  const line = /** @type {HTMLInputElement} */ (el("input", { type: "range", id: "swipe", min: 0, max: 100, value: 50, "aria-label": speak.say("swipe") }));
  line.addEventListener("input", () => swipe(Number(line.value) / 100));
  const from = /** @type {HTMLSelectElement} */ (el("select", { id: "from", "aria-label": speak.say("compare_from") }, ...earlierDays().map((day) => el("option", { value: day }, speak.day(day)))));
  from.addEventListener("change", () => store.set({ from: Number(from.value) }));
  const compare = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: "compare" }));
  compare.addEventListener("change", () => store.set({ from: compare.checked ? Number(from.value) || days[0] : 0 }));
  const sum = el("span", { class: "sum", role: "status" });
  const versus = el("span", { class: "versus" }, sides ? line : "", from, sum);

  /** Every day of the ledger, and whatever day was asked for. */
  function earlierDays() {
    return [...new Set([...days, content.time.compare ?? 0, store.get().from])].filter((day) => day && day < on).sort((a, b) => a - b);
  }
  function say() {
    const { day, from: earlier } = store.get();
    const place = days.findLastIndex((/** @type {number} */ d) => d <= day);
    slider.value = String(Math.max(place, 0));
    slider.setAttribute("aria-valuetext", speak.day(day));
    label.textContent = speak.say("shown_on", { day: speak.day(day) });
    button.replaceChildren(icon(playing === undefined ? PLAY : PAUSE));
    button.setAttribute("aria-label", speak.say(playing === undefined ? "play" : "pause"));
    compare.checked = earlier > 0;
    versus.hidden = earlier === 0;
    if (earlier) from.value = String(earlier);
    sum.textContent = earlier ? comparedSum(content, speak, store.get()) : "";
  }
  slider.addEventListener("input", () => show(Number(slider.value)));
  say();
  const bar = el(
    "div",
    { id: "time", role: "group", "aria-label": speak.say("time") },
    days.length > 1 && button,
    days.length > 1 && el("button", { type: "button", "aria-label": speak.say("earlier"), on: { click: () => step(-1) } }, "‹"),
    days.length > 1 && slider,
    days.length > 1 && el("button", { type: "button", "aria-label": speak.say("later"), on: { click: () => step(1) } }, "›"),
    label,
    from.options.length > 0 && el("label", { class: "compare" }, compare, el("span", {}, speak.say("compare"))),
    versus,
  );
  return { bar, say, stop };
}

/** @param {string} d */
function icon(d) {
  return svg("svg", { viewBox: "0 0 16 16", width: "0.8em", height: "0.8em", "aria-hidden": "true" }, svg("path", { d, fill: "currentColor" }));
}

/**
 * Say what was handed over between two days.
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").State} state
 */
export function comparedSum(content, speak, { day, from }) {
  const handed = (/** @type {number} */ on) => Object.keys(content.projects).reduce((m2, id) => m2 + valueBy(content.time.handed[id], on), 0);
  return speak.say("compare_sum", { area: speak.area(handed(day) - handed(from)), from: speak.day(from), to: speak.day(day) });
}
