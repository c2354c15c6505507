// The room as a site sees it: the stage, the hub, whose picture is whose, the queue and the agenda.

import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawAgenda } from "../live/agenda.js";
import { drawList, mark } from "../live/keyed.js";
import { namePane, sayMissing } from "../live/pane.js";
import { onAir, speakerAtHub, stageIsHub } from "../live/standing.js";
import { placeName } from "../live/words.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").Floor} Floor
 */

/**
 * Draw everything of the room that follows from the status alone.
 *
 * @param {Status} status
 * @param {string} me this site's code
 */
export function drawRoom(status, me) {
  sayMissing(status.media);
  drawStage(status, me);
  drawQueue(status.floor, me);
  drawAgenda(one("#agenda"), status.agenda);
}

/** Let the reader put the hub in the large place and the stage in the small one. */
export function listenSwap() {
  const grid = one(".room__grid");
  one("#swap").addEventListener("click", () => {
    mark(grid, "data-swapped", grid.dataset.swapped === "yes" ? "no" : "yes");
  });
}

/**
 * @param {Status} status
 * @param {string} me
 */
function drawStage({ floor, hub, endpoints }, me) {
  const turn = stageIsHub(floor, me) ? null : onAir(floor);
  const sends = turn === null ? hub.publishing : endpoints.some((one) => one.code === turn.endpoint && one.publishing);
  namePane(one("#stage-pane"), turn?.name ?? t("Hub"), turn?.speaker ?? speakerAtHub(floor), sends);
  namePane(one("#hub-pane"), t("Hub"), "", hub.publishing);
  // The same picture twice helps nobody.
  mark(one(".room__grid"), "data-stage", turn === null ? "hub" : "site");
}

/**
 * @param {Floor} floor
 * @param {string} me
 */
function drawQueue({ queue, on_deck }, me) {
  say(one("#queue-count"), String(queue.length));
  one("#queue-empty").hidden = queue.length > 0;
  drawList(one("#queue"), queue, {
    key: ({ request }) => String(request),
    create: () => h("li", {}, h("strong", {}), h("span", { class: "muted" })),
    update: (row, request) => {
      const next = on_deck.includes(request.endpoint);
      mark(row, "data-me", request.endpoint === me ? "yes" : null);
      say(one("strong", row), placeName(request));
      const words = [request.speaker, request.registered ? t("registered") : "", next ? t("on deck") : ""];
      say(one("span", row), words.filter(Boolean).join(" · "));
    },
  });
}
