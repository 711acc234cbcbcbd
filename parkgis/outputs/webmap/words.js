// Numbers, areas and days as the reader's language and unit have them; every other text comes ready in the page's data.

const HA_M2 = 10_000;
/** @type {Record<string, [string, string]>} decimal sign, sign between thousands; Intl takes 25 ms to load a language */
const SEPARATORS = { vi: [",", "."], en: [".", ","] };
export const TENTH_M2 = 0.1; // unit of the tables' areas

/** @typedef {"auto" | "ha" | "m2"} Unit */
/** @typedef {{lang: string, unit: Unit}} Chosen */

/**
 * Write a number as the catalogue does: rounded as it is written in decimals, ties away from nothing.
 * @param {number} value
 * @param {number} digits
 * @param {[string, string]} signs
 */
export function written(value, digits, [decimal, group]) {
  const size = Math.abs(value);
  const parts = size < 0.5 * 10 ** -digits ? 0 : Math.round(Number(`${size}e${digits}`)); // 1.005 is 100.5 hundredths, 1.005 * 100 is not
  const text = String(parts).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, group);
  return (value < 0 && parts ? "-" : "") + whole + (digits ? decimal + text.slice(-digits) : "");
}

/**
 * @param {any} content the page's data
 * @param {() => Chosen} chosen what the reader has chosen by now
 */
export function speaker(content, chosen) {
  const zero = Date.parse(`${content.days.epoch}T00:00:00Z`) / 864e5 + content.days.zero;
  const text = () => content.texts[chosen().lang];
  const number = (/** @type {number} */ value, /** @type {number} */ digits) => written(value, digits, SEPARATORS[chosen().lang]);
  const iso = (/** @type {number} */ day) => new Date((zero + day) * 864e5).toISOString().slice(0, 10);
  const dated = (/** @type {string} */ date) => date.split("-").reverse().join("/");
  return {
    text,
    number,
    iso,
    dated,
    /** @param {string} key @param {Record<string, string | number>} [facts] */
    say(key, facts = {}) {
      return text().words[key].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(facts[name] ?? ""));
    },
    /** @param {number} m2 @param {boolean} [small] of a parcel: in square metres unless the reader wants hectares */
    area(m2, small = false) {
      const { unit } = chosen();
      return unit === "m2" || (unit === "auto" && small) ? `${number(m2, 1)} m²` : `${number(m2 / HA_M2, small ? 4 : 2)} ha`;
    },
    /** @param {number} tenths of a square metre, as tables have it */
    tableArea(tenths) {
      return tenths === content.unknown_area ? text().words.unknown_area : this.area(tenths * TENTH_M2, true);
    },
    /** @param {number} metres */
    length(metres) {
      return metres < 1000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 3)} km`;
    },
    /** @param {number} share 0-1 */
    percent(share) {
      return `${number(Math.round(share * 1e11) / 1e9, 1)}${chosen().lang === "vi" ? " " : ""}%`;
    },
    /** @param {number} day after the page's day zero; 0 for never */
    day(day) {
      return day === 0 ? "–" : dated(iso(day));
    },
    /** @param {string} date 2026-06-30 */
    dayNumber(date) {
      return Math.round(Date.parse(`${date}T00:00:00Z`) / 864e5 - zero);
    },
    /** @param {number} value @param {number} digits @param {"east" | "north"} towards */
    degrees(value, digits, towards) {
      return `${number(value, digits)}° ${text().words[towards]}`;
    },
    /** @param {string} code */
    land(code) {
      const name = text().land[code];
      return name ? `${code} – ${name}` : code || text().words.unknown_area;
    },
    /** @param {number} place in the legend: 0 for none yet */
    stage(place) {
      return text().stages[place - 1] ?? { code: "", short: text().words.stage_none, name: text().words.stage_none };
    },
  };
}

/** @typedef {ReturnType<typeof speaker>} Speaker */
