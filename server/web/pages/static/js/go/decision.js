// The decision over all lines: asked once more, with the endpoints it is made in spite of.

import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * Ask.
 *
 * @param {boolean} go
 * @param {string[]} names of the endpoints that are not go
 * @returns {Promise<string | null>} the note; null: not decided
 */
export async function askForDecision(go, names) {
  const note = h("input", { class: "input", id: "decision-note", maxlength: 500, autocomplete: "off" });
  const label = h("label", { class: "field__label", for: "decision-note" }, t("Note (optional)"));
  const missing = h("p", { class: "go-decision__missing" }, names.join(", "));
  const sure = await confirm({
    title: go ? t("Decide that the lines are go?") : t("Decide that the lines are no-go?"),
    text: names.length === 0 ? t("Every endpoint is go.") : t("{count} endpoints are not go, and are named in the decision:", { count: names.length }),
    action: go ? t("Go") : t("No-go"),
    danger: !go,
    content: h("div", { class: "stack stack--tight" }, names.length > 0 && missing, h("div", { class: "field" }, label, note)),
  });
  return sure ? note.value.trim() : null;
}
