// The strip an operator looks at first: who needs a hand, grouped by what is wrong, worst first.

import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { conditionOf, wordOf } from "../live/words.js";
import { isHub } from "./hub.js";
import { TROUBLE, rank } from "./order.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 *
 * @typedef {object} Group
 * @property {string} shape
 * @property {string} word
 * @property {EndpointStatus[]} sites
 */

/**
 * Group the sites that need a hand.
 *
 * @param {EndpointStatus[]} sites
 * @returns {Group[]} worst first, none empty; a site stands in one group only
 */
export function triage(sites) {
  const groups = TROUBLE.flatMap((shape) =>
    byWord(
      shape,
      sites.filter((site) => conditionOf(site) === shape),
    ),
  );
  const unchecked = sites.filter(
    (site) => !site.check_in && !isHub(site) && !TROUBLE.includes(conditionOf(site)),
  );
  return unchecked.length > 0 ? [...groups, { shape: "good", word: t("not checked in"), sites: unchecked }] : groups;
}

/**
 * @param {string} shape
 * @param {EndpointStatus[]} sites
 * @returns {Group[]} one for each word, worst first
 */
function byWord(shape, sites) {
  const words = new Set([...sites].sort((a, b) => rank(a) - rank(b)).map((site) => wordOf(site)));
  return [...words].map((word) => ({ shape, word, sites: sites.filter((site) => wordOf(site) === word) }));
}

/**
 * Draw the groups.
 *
 * @param {Group[]} groups
 * @param {(code: string) => void} choose
 */
export function drawAttention(groups, choose) {
  const count = groups.reduce((sum, group) => sum + group.sites.length, 0);
  mark(one("#attention"), "data-calm", count === 0 ? "yes" : "no");
  mark(one("#attention"), "data-worst", groups[0]?.shape ?? null);
  one("#attention-calm").hidden = count > 0;
  say(one("#attention-count"), String(count));
  drawList(one("#attention-groups"), groups, {
    key: (group) => group.word,
    create: (group) => row(group.shape),
    update: (element, group) => drawGroup(element, group, choose),
  });
}

/** @param {string} shape */
function row(shape) {
  const head = h(
    "span",
    { class: "group__head" },
    h("span", { class: "shape", "data-shape": shape, "aria-hidden": "true" }),
    h("strong", {}),
  );
  return h("li", { class: "group", "data-state": shape }, head, h("span", { class: "group__sites" }));
}

/**
 * @param {HTMLElement} element
 * @param {Group} group
 * @param {(code: string) => void} choose
 */
function drawGroup(element, group, choose) {
  say(one("strong", element), `${group.word} ${group.sites.length}`);
  drawList(one(".group__sites", element), group.sites, {
    key: (site) => site.code,
    create: (site) => h("button", { type: "button", class: "group__site", onclick: () => choose(site.code) }),
    update: (button, site) => say(button, site.name),
  });
}
