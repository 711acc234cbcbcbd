"use strict";
// Shows the map that moves once it says that it is drawn; until then, and where it never is, the printed one stays.
(function () {
  const frame = document.querySelector("iframe");
  if (!frame || !frame.contentWindow) return;
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || !event.data || event.data.parkgis !== 1) return; // nobody else is listened to
    if (frame.parentElement) frame.parentElement.classList.add("live");
  });
  frame.contentWindow.postMessage({ parkgis: 1 }, "*"); // answered by a map that was drawn before this ran
})();
// Sorts a table by a column; sums stay where they are, lines move only among the lines beside them.
(function () {
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  /** @param {HTMLTableRowElement} row @param {number} column */
  function cell(row, column) {
    let at = 0;
    for (const found of Array.from(row.cells)) {
      if (at === column) return found;
      at += found.colSpan;
    }
    return null;
  }
  /** @param {HTMLTableRowElement} a @param {HTMLTableRowElement} b @param {number} column @param {number} way */
  function compare(a, b, column, way) {
    const [left, right] = [cell(a, column), cell(b, column)].map((c) => ({ v: c && c.dataset.s, t: c ? c.textContent || "" : "" }));
    if (left.v !== undefined && left.v !== null && right.v !== undefined && right.v !== null) return way * (Number(left.v) - Number(right.v));
    if (left.v || right.v) return left.v ? -1 : 1; // what nobody knows comes last, whichever way
    return way * collator.compare(left.t, right.t);
  }
  /** @param {HTMLTableElement} table @param {HTMLTableCellElement} head */
  function sort(table, head) {
    const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of Array.from(table.querySelectorAll("th"))) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    const body = table.tBodies[0];
    /** @type {HTMLTableRowElement[]} */
    let run = [];
    /** @type {HTMLTableRowElement[]} */
    const order = [];
    const close = () => {
      run.sort((a, b) => compare(a, b, head.cellIndex, way));
      order.push(...run);
      run = [];
    };
    for (const row of Array.from(body.rows)) {
      if (row.className === "line") run.push(row);
      else {
        close();
        order.push(row);
      }
    }
    close();
    follow(table, order);
    body.append(...order);
  }
  /** Brings the halves that go on paper into the new order of their table. @param {HTMLTableElement} table @param {HTMLTableRowElement[]} order */
  function follow(table, order) {
    const before = Array.from(table.tBodies[0].rows);
    for (const half of Array.from(document.querySelectorAll(`table[data-table="${table.dataset.table}_half"]`))) {
      const body = /** @type {HTMLTableElement} */ (half).tBodies[0];
      const rows = Array.from(body.rows);
      body.append(...order.map((row) => rows[before.indexOf(row)]));
    }
  }
  for (const table of Array.from(document.querySelectorAll(".scroll table"))) {
    for (const head of Array.from(table.querySelectorAll("th"))) {
      const button = document.createElement("span"); // a real button is left out of heads that print repeats
      button.setAttribute("role", "button");
      button.tabIndex = 0;
      button.append(...Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", () => sort(table, head));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(table, head);
      });
    }
  }
  document.body.dataset.ready = "";
})();
