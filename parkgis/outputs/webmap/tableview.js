// The map as a table: the same figures for those who read by ear or by keyboard, or want to copy them.

import { handedBy } from "./classes.js";
import { boardTables } from "./blockers.js";
import { el } from "./dom.js";
import { blocksTables } from "./laid.js";
import { tableElement } from "./popup.js";

/** @param {import("./panel.js").Desk} desk */
export function tableDialog(desk) {
  const { content, speak, store } = desk;
  const { day } = store.get();
  const row = (/** @type {string} */ id) => {
    const { planned_m2, documented, parcels, stages } = content.projects[id];
    const { name, boundary } = speak.text().projects[id];
    const known = documented !== null && documented <= day; // else nobody said that nothing was handed over
    const handed = handedBy(content, id, day);
    const figures = [speak.area(planned_m2), known ? speak.area(handed) : speak.say("share_unknown"), known && planned_m2 ? speak.percent(handed / planned_m2) : "–", speak.number(parcels, 0)];
    const reached = day === content.time.on ? stages.map((/** @type {[number, number]} */ [m2]) => speak.area(m2)) : [];
    return [name, ...figures, ...reached, boundary];
  };
  const named = day === content.time.on ? speak.text().stages.map((/** @type {any} */ { short }) => short) : [];
  const head = [speak.say("table_project"), speak.say("table_planned"), speak.say("handed_by", { day: speak.day(day) }), speak.say("table_share"), speak.say("table_parcels"), ...named, speak.say("table_boundary")];
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "box wide", id: "table", "aria-label": speak.say("table_title") }));
  const more = [...boardTables(desk), ...blocksTables(desk)];
  dialog.append(
    el("div", { class: "buttons" }, el("h2", {}, speak.say("table_title")), el("button", { type: "button", class: "close", on: { click: () => dialog.close() } }, speak.say("close_table"))),
    ...more.flatMap(({ title, head, rows, texts }) => [el("h3", {}, title), el("div", { class: texts ? "scrolls part texts" : "scrolls part", tabindex: 0, role: "region", "aria-label": title }, tableElement(head, rows))]),
    el("p", { class: "note" }, speak.say("table_intro", { day: speak.day(day) })),
    el("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": speak.say("table_title") }, tableElement(head, Object.keys(content.projects).map(row))),
  );
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}
