// What is wrong with the service itself, over everything else on a page of the staff, and for a while that it is well again.

import { announce, h, icon, one, say } from "../lib/dom.js";
import { timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawList } from "./keyed.js";

/** @typedef {import("./types.js").Alarm} Alarm */

/** Milliseconds for which the end of an alarm is shown. */
const OVER = 15_000;

/** Alarms of something that goes on all the same. */
const MILD = new Set(["media_restarted", "recording_disk_low"]);

export class Alarms {
  /** @type {Alarm[]} */
  #present = [];
  #over = one("#alarm-over");
  #timer = 0;

  /** @param {import("./types.js").Status} status */
  draw({ alarms, recording }) {
    drawList(one("#alarms"), alarms, {
      key: ({ code, since }) => `${code} ${since}`,
      create: banner,
      update: () => {},
    });
    if (alarms.length > 0) this.#over.hidden = true;
    else if (this.#present.length > 0) this.#end(this.#present, recording !== null);
    this.#present = alarms;
  }

  /**
   * @param {Alarm[]} over
   * @param {boolean} isRecorded whether the stage is recorded now: what was ended is not well again
   */
  #end(over, isRecorded) {
    const ofRecording = over.every(({ code }) => code.startsWith("recording_"));
    if (ofRecording && !isRecorded) return;
    say(one(".banner__text", this.#over), ofRecording ? t("Recording is well again.") : t("Sound and pictures are well again."));
    this.#over.hidden = false;
    announce(this.#over.textContent?.trim() ?? "");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#over.hidden = true), OVER);
  }
}

/** @param {Alarm} alarm */
function banner(alarm) {
  const kind = MILD.has(alarm.code) ? "fair" : "poor";
  const text = h("p", { class: "banner__text" }, sentence(alarm));
  return h("div", { class: `banner banner--${kind} alarm`, "data-alarm": alarm.code }, icon("warning"), text);
}

/** @param {Alarm} alarm */
function sentence({ code, since }) {
  const at = { time: timeWithSeconds(since) };
  if (code === "media_down")
    return t("Sound and pictures are down at every endpoint since {time}. The media process is being started again.", at);
  if (code === "recording_failed")
    return t("Nothing is recorded since {time}, although recording is on. It is tried again and again.", at);
  if (code === "recording_disk_low")
    return t("The disk for recordings is nearly full since {time}. Make room, or recording will fail.", at);
  if (code === "media_reduced")
    return t("A part of the media plane failed at {time}. Its endpoints go to the other part by themselves.", at);
  return t("The media process failed and was started again at {time}. The endpoints come back by themselves.", at);
}
