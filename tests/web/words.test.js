import assert from "node:assert/strict";
import { test } from "node:test";
import { speaker, written } from "../../parkgis/outputs/webmap/words.js";

const content = { days: { epoch: "1970-01-01", zero: 14000 }, unknown_area: -1, texts: { vi: { words: {} }, en: { words: {} } } };

/** @param {string} lang */
const speakerOf = (lang) => speaker(content, () => ({ lang, unit: "auto" }));

test("numbers are written as the language has them", () => {
  const numbers = [0, 0.5, 5, -5, 999.999, 1000, 1234.5, -1234.567, 40_500_000.06, 1e15, 0.1 + 0.2, 21.19731, 105.99999];
  for (const lang of ["vi", "en"]) {
    for (const digits of [0, 1, 2, 3, 5]) {
      const wanted = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" });
      for (const value of numbers) assert.equal(speakerOf(lang).number(value, digits), wanted.format(value), `${value} ${digits}`);
    }
  }
});

test("a number is rounded as it is written, ties away from nothing, and noise has no sign", () => {
  const comma = /** @type {[string, string]} */ ([",", "."]);
  assert.deepEqual([1.005, 0.285, -0.125, 2.5, 1e-9, -1e-9, -0.004].map((value) => written(value, 2, comma)), ["1,01", "0,29", "-0,13", "2,50", "0,00", "0,00", "0,00"]);
});
