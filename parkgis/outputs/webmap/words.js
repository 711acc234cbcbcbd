// Numbers and days as the page's language writes them; every other text comes ready from the page's data.

const UNIT_M2 = 0.1;

/**
 * @param {any} content the page's data
 */
export function speaker(content) {
  const number = new Intl.NumberFormat(content.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const zero = Date.parse(`${content.days.epoch}T00:00:00Z`) / 864e5 + content.days.zero;
  return {
    /** @param {string} key @param {Record<string, string>} [facts] */
    say(key, facts = {}) {
      return content.words[key].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => facts[name] ?? "");
    },
    /** @param {number} area in tenths of a square metre */
    area(area) {
      return area === content.unknown_area ? content.words.unknown_area : `${number.format(area * UNIT_M2)} m²`;
    },
    /** @param {number} day after the page's day zero; 0 for never */
    day(day) {
      if (day === 0) return "–";
      const [year, month, date] = new Date((zero + day) * 864e5).toISOString().slice(0, 10).split("-");
      return `${date}/${month}/${year}`;
    },
    /** @param {number} value @param {number} digits @param {"east" | "north"} towards */
    degrees(value, digits, towards) {
      return `${value.toLocaleString(content.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits })}° ${content.words[towards]}`;
    },
    /** @param {string} code */
    land(code) {
      return content.land[code] ? `${code} – ${content.land[code]}` : code || content.words.unknown_area;
    },
  };
}

/** @typedef {ReturnType<typeof speaker>} Speaker */
