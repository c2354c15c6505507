// Who speaks and who waits, as operators need to know it: whose line must not fail now, and whose next.

import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { placeOf } from "../live/content.js";
import { drawList, mark } from "../live/keyed.js";
import { missingWord } from "../live/pane.js";
import { timeOf, timeWord, timeWritten } from "../live/turn_time.js";
import { faultWord, placeName, speechOf } from "../live/words.js";

/**
 * @param {import("../live/types.js").Status} status
 * @param {import("../live/clock.js").ServerClock} clock
 */
export function drawFloor(status, clock) {
  const { turn, queue, on_deck, muted } = status.floor;
  say(one("#floor-place"), turn ? placeName(turn) : t("The hub speaks"));
  say(one("#floor-what"), speechOf(turn));
  mark(one("#floor-place"), "data-held", turn?.held_until ? "yes" : null);
  one("#floor-muted").hidden = !muted;
  drawFloorClock(status, clock);
  one("#floor-empty").hidden = queue.length > 0;
  drawList(one("#floor-queue"), queue, {
    key: ({ request }) => String(request),
    create: () => h("li", {}, h("span", {}), h("span", { class: "muted small" })),
    update: (row, request) => {
      say(one("span", row), placeName(request));
      say(one(".muted", row), on_deck.includes(request.endpoint) ? deckWord(status, request) : request.speaker);
      mark(row, "data-on-deck", on_deck.includes(request.endpoint) ? "yes" : null);
    },
  });
}

/**
 * @param {import("../live/types.js").Status} status
 * @param {import("../live/types.js").FloorRequest} request
 */
function deckWord({ floor: { deck } }, { endpoint }) {
  const reason = deck.find((one) => one.endpoint === endpoint)?.reason;
  return [t("on deck"), reason && faultWord(reason)].filter(Boolean).join(" · ");
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
 * @param {import("../live/types.js").Status} status
 * @param {import("../live/clock.js").ServerClock} clock
 */
export function drawFloorClock({ now, floor: { turn } }, clock) {
  say(one("#floor-clock"), turn ? wordsOf(turn, now, clock).join(" · ") : "");
}

/**
 * @param {import("../live/types.js").Turn} turn
 * @param {string} writtenAt
 * @param {import("../live/clock.js").ServerClock} clock
 */
function wordsOf(turn, writtenAt, clock) {
  const time = timeOf(turn, writtenAt, clock.now());
  const words = [timeWritten(time)];
  if (turn.held_until) words.push(t("kept for {seconds} s", { seconds: clock.until(turn.held_until) }));
  else if (time.state !== "calm" || turn.allotted !== null) words.push(timeWord(time, turn));
  return words;
}
