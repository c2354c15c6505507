// Everything about one site's line, for whoever is on the telephone with its technician.

import { h, one, say } from "../lib/dom.js";
import { dateTime, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawList } from "../live/keyed.js";
import { StillPicture } from "../live/still_picture.js";
import { conditionOf, conditionWord, signalWord, stoppedWord, wordOf } from "../live/words.js";
import { isHub } from "./hub.js";
import { ago, carried, frames, loss, rate, trip } from "./measures.js";
import { stillOf } from "./stills.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("./held_clock.js").HeldClock} HeldClock
 */

export class Detail {
  /**
   * @param {string} briefing
   * @param {HeldClock} clock
   */
  constructor(briefing, clock) {
    this.briefing = briefing;
    this.clock = clock;
    this.frame = one("#detail-still");
    this.still = new StillPicture(this.frame, t("The latest still"));
  }

  /**
   * Draw one site; nothing when none is chosen.
   *
   * @param {EndpointStatus | undefined} site
   * @param {string} holder the code of the site that has the floor
   */
  draw(site, holder) {
    one("#detail").hidden = site === undefined;
    const address = site ? stillOf(this.briefing, site) : "";
    this.still.show(address);
    this.frame.hidden = address === "";
    if (site === undefined) return;
    say(one("#detail-title"), isHub(site) ? site.name : `${site.code} · ${site.name}`);
    drawList(one("#detail-facts"), factsOf(site, this.clock, holder), {
      key: ([term]) => term,
      create: ([term]) => h("div", {}, h("dt", {}, term), h("dd", { class: "numbers" })),
      update: (row, [, value]) => say(one("dd", row), value),
    });
  }
}

/**
 * @param {EndpointStatus} site
 * @param {HeldClock} clock
 * @param {string} holder
 * @returns {[string, string][]}
 */
function factsOf(site, clock, holder) {
  const { health } = site;
  const words = [health ? conditionWord(conditionOf(site, holder)) : wordOf(site, holder), site.late ? t("late") : ""];
  return [
    [t("State"), words.filter(Boolean).join(" · ")],
    ...faultsOf(site),
    ...(site.stopped ? [reasonOf(site.stopped)] : []),
    ...(isHub(site) ? [] : peopleOf(site)),
    ...(clock.isHeld ? [] : measuresOf(health)),
    [t("Last seen"), site.last_seen ? dateTime(site.last_seen) : "–"],
    ...(clock.isHeld ? [] : [ageOf(health, clock)]),
  ];
}

/**
 * @param {import("../live/types.js").Health | null | undefined} health
 * @returns {[string, string][]}
 */
function measuresOf(health) {
  return [
    [t("Sends"), `${rate(health?.bitrate)} · ${t("{count} frames/s", { count: frames(health?.frames) })}`],
    [t("Loss"), t("{share}, round trip {time}", { share: loss(health?.loss), time: trip(health?.round_trip) })],
    [
      t("Receives"),
      `${rate(health?.received?.bitrate)} · ${t("loss {share}", { share: loss(health?.received?.loss) })}${carried(health?.received?.picture)}`,
    ],
  ];
}

/**
 * @param {import("../live/types.js").Health | null | undefined} health
 * @param {HeldClock} clock
 * @returns {[string, string]}
 */
function ageOf(health, clock) {
  return [t("Age of the data"), health ? ago(clock.since(health.at)) : "–"];
}

/**
 * @param {EndpointStatus} site
 * @returns {[string, string][]}
 */
function faultsOf({ health }) {
  const words = (health?.signals ?? []).map(signalWord);
  return words.length > 0 ? [[t("Fault"), words.join(", ")]] : [];
}

/**
 * @param {string} stopped
 * @returns {[string, string]}
 */
function reasonOf(stopped) {
  return [t("Sends no more"), stoppedWord(stopped)];
}

/**
 * @param {EndpointStatus} site
 * @returns {[string, string][]}
 */
function peopleOf({ check_in }) {
  const attendance = check_in
    ? t("{time}, {count} people, {present} delegates present, {absent} absent", {
        time: time(check_in.at),
        count: check_in.headcount,
        present: check_in.present,
        absent: check_in.absent,
      })
    : t("not checked in");
  return [
    [t("Check-in"), attendance],
    [t("Local chair"), check_in?.local_chair ?? "–"],
  ];
}
