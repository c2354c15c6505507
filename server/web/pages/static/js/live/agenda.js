// The agenda and the place on it.

import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "./keyed.js";

/** @typedef {import("./types.js").AgendaItem} AgendaItem */

/**
 * Draw the agenda into a list; the present item is `aria-current` and stays in view.
 *
 * @param {HTMLElement} list
 * @param {{items: AgendaItem[], current: number | null}} agenda
 */
export function drawAgenda(list, { items, current }) {
  const rows = items.map((item, index) => ({ item, index }));
  drawList(list, rows, {
    key: ({ index }) => String(index),
    create: () =>
      h(
        "li",
        { class: "agenda__item" },
        h("span", { class: "agenda__title" }),
        h("span", { class: "agenda__minutes" }),
      ),
    update: (row, { item, index }) => {
      say(one(".agenda__title", row), [item.title, item.document].filter(Boolean).join(" · "));
      say(one(".agenda__minutes", row), t("{minutes} min", { minutes: item.minutes }));
      const was = row.getAttribute("aria-current");
      mark(row, "aria-current", index === current ? "step" : null);
      mark(row, "data-past", current !== null && index < current ? "yes" : null);
      if (index === current && was === null) centre(list, row);
    },
  });
}

/**
 * Scroll a list, and nothing around it, so that a row stands in its middle.
 *
 * @param {HTMLElement} list is positioned
 * @param {HTMLElement} row
 */
function centre(list, row) {
  list.scrollTop = row.offsetTop - (list.clientHeight - row.offsetHeight) / 2;
}
