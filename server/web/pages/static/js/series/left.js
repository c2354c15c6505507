// Which dates of a series a change has left alone, and why: told before the page goes on.

import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {{briefing: string, original: string, title: string, because: "begun" | "over" | "cancelled" | "by_hand"}} Left */

/**
 * Tell what was left alone; dates that are over, or were cancelled before, are no news.
 *
 * @param {Left[]} left
 */
export async function tellLeft(left) {
  const news = left.filter(({ because }) => because === "by_hand" || because === "begun");
  if (news.length === 0) return;
  const words = { begun: t("its lobby is open, or it is live"), by_hand: t("changed by hand before"), over: "", cancelled: "" };
  const items = news.map(({ briefing, original, because }) => {
    const [year, month, day] = original.slice(0, 10).split("-");
    return h("li", {}, h("a", { href: `/briefings/${briefing}`, target: "_blank" }, `${day}/${month}/${year}`), `: ${words[because]}`);
  });
  const title = t("Saved. {count} dates were left as they are", { count: news.length });
  await confirm({ title, action: t("Close"), content: h("ul", { class: "stack stack--tight" }, ...items) });
}
