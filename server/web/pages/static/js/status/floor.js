// Who speaks and who waits, as operators need to know it: whose line must not fail now, and whose next.

import { h, one, say } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { placeOf } from "../live/content.js";
import { drawList, mark } from "../live/keyed.js";
import { missingWord } from "../live/pane.js";

/**
 * @param {import("../live/types.js").Floor} floor
 * @param {import("../live/clock.js").ServerClock} clock
 */
export function drawFloor({ turn, queue, on_deck }, clock) {
  say(one("#floor-place"), turn?.name ?? t("The hub speaks"));
  say(one("#floor-what"), [turn?.speaker, turn?.topic].filter(Boolean).join(" – "));
  mark(one("#floor-place"), "data-held", turn?.held_until ? "yes" : null);
  drawFloorClock(turn, clock);
  one("#floor-empty").hidden = queue.length > 0;
  drawList(one("#floor-queue"), queue, {
    key: (request) => request.endpoint,
    create: () => h("li", {}, h("span", {}), h("span", { class: "muted small" })),
    update: (row, request) => {
      say(one("span", row), request.name);
      say(one(".muted", row), on_deck.includes(request.endpoint) ? t("on deck") : request.speaker);
      mark(row, "data-on-deck", on_deck.includes(request.endpoint) ? "yes" : null);
    },
  });
}

/**
 * Say who presents beside it.
 *
 * @param {import("../live/types.js").Status} status
 */
export function drawContent({ content, media, as_of }) {
  one("#floor-content").hidden = content === null;
  if (content === null) return;
  say(one("#floor-presenter"), t("{name} presents.", { name: placeOf(content) }));
  say(one("#floor-content .muted"), content.publishing ? "" : as_of ? t("No picture yet") : missingWord(media));
}

/**
 * @param {import("../live/types.js").Turn | null} turn
 * @param {import("../live/clock.js").ServerClock} clock
 */
export function drawFloorClock(turn, clock) {
  const words = turn ? [written(clock.since(turn.started_at))] : [];
  if (turn?.held_until) words.push(t("kept for {seconds} s", { seconds: clock.until(turn.held_until) }));
  say(one("#floor-clock"), words.join(" · "));
}
