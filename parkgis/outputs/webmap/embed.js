// What a page around this one may ask: a day, a park, a language, a unit. docs/maps.md says how.

/**
 * Listen to the page that holds this one in a frame, and to nobody else.
 *
 * A message is {parkgis: 1, day?: "2026-06-30", from?: "2026-03-31", project?: "QV", lang?: "vi", unit?: "ha"}. What does not fit
 * is passed over. Each message is answered with {parkgis: 1, day, lang, unit, project}, to the origin it came from.
 * @param {any} content
 * @param {import("./words.js").Speaker} speak
 * @param {import("./state.js").Store} store
 * @param {import("./inspect.js").Inspector} inspector
 */
export function listenToParent(content, speak, store, inspector) {
  if (window.parent === window) return;
  const allowed = (/** @type {string} */ origin) => !content.origins.length || content.origins.includes(origin);
  const answer = (/** @type {string} */ origin) => {
    const { day, lang, unit, at } = store.get();
    window.parent.postMessage({ parkgis: 1, map: content.name, day: speak.iso(day), lang, unit, project: at.split(":")[0] }, origin);
  };
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !allowed(event.origin) || event.data?.parkgis !== 1) return;
    const { day, from, lang, unit, project } = event.data;
    const dated = (/** @type {unknown} */ text) => typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && speak.dayNumber(text) > 0;
    if (dated(day)) store.set({ day: Math.min(speak.dayNumber(day), content.time.on) });
    if (dated(from)) store.set({ from: Math.min(speak.dayNumber(from), content.time.on) });
    if (typeof lang === "string" && Object.hasOwn(content.texts, lang)) store.set({ lang });
    if (unit === "auto" || unit === "ha" || unit === "m2") store.set({ unit });
    if (typeof project === "string" && Object.hasOwn(content.projects, project)) inspector.project(project);
    answer(event.origin === "null" ? "*" : event.origin); // a file and a sandboxed frame have no origin to name
  });
  // The parent's origin is not known before it speaks; what is told here is public in the page anyway.
  window.parent.postMessage({ parkgis: 1, map: content.name, ready: true }, content.origins[0] ?? "*");
}
