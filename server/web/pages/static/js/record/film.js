// The recording's player: its files one after another, or what shows one turn, with what was presented beside them; and
// deleting it, for a reason.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, embedded, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { lines } from "../lib/text.js";
import { refused } from "../lib/toast.js";

/** @typedef {{part: number, begins: number, ends: number}} Piece seconds of one file */
/** @typedef {{number: number, began_at: string, seconds: number}} Shot a file of what was presented */

/** Seconds by which a piece may end early. */
const NEARLY = 0.15;
/** Seconds by which what was presented may be behind the stage, or before it. */
const APART = 0.4;

const card = one("#film");
const base = `/api/v1/briefings/${card.dataset.briefing}/recording`;

/** What was presented, at the moment that the stage shows. */
class Presented {
  #box = one("#film-presented");
  /** @type {HTMLVideoElement} */
  #video = one("#film-content");
  /** @type {Shot[]} */
  #shots = embedded("film-shots");
  #part = 0;

  /**
   * @param {number} moment milliseconds since the epoch
   * @param {boolean} plays
   */
  follow(moment, plays) {
    const shot = this.#shots.find(({ began_at, seconds }) => isWithin((moment - Date.parse(began_at)) / 1000, seconds));
    this.#box.hidden = shot === undefined;
    if (shot === undefined) return this.#video.pause();
    if (shot.number !== this.#part) this.#video.src = `${base}/parts/${shot.number}`;
    this.#part = shot.number;
    const place = (moment - Date.parse(shot.began_at)) / 1000;
    if (!this.#video.seeking && Math.abs(this.#video.currentTime - place) > APART) this.#video.currentTime = place;
    if (!plays) this.#video.pause();
    else if (this.#video.paused && !this.#video.ended) void this.#video.play().catch(() => {});
  }
}

/**
 * @param {number} place
 * @param {number} length
 */
function isWithin(place, length) {
  return place >= 0 && place < length;
}

class Film {
  /** @type {HTMLVideoElement} */
  #video = one("#film-video");
  #presented = document.querySelector("#film-presented") ? new Presented() : null;
  /** @type {Piece[]} */
  #pieces = [];
  #place = 0;

  constructor() {
    this.#video.addEventListener("timeupdate", () => this.#watch());
    this.#video.addEventListener("ended", () => this.#next());
    for (const name of ["timeupdate", "play", "pause", "seeked"])
      this.#video.addEventListener(name, () => this.#presented?.follow(this.#moment, !this.#video.paused));
  }

  /** What the stage shows is of this moment: milliseconds since the epoch. */
  get #moment() {
    const piece = this.#pieces[this.#place];
    if (piece === undefined) return 0;
    return Date.parse(one(`[data-part="${piece.part}"]`).dataset.began ?? "") + 1000 * this.#video.currentTime;
  }

  /**
   * @param {Piece[]} pieces
   * @param {boolean} [plays]
   */
  show(pieces, plays = true) {
    this.#pieces = pieces;
    this.#place = 0;
    this.#load(plays);
  }

  /** @param {boolean} plays */
  #load(plays) {
    const piece = this.#pieces[this.#place];
    if (piece === undefined) return;
    this.#video.src = `${base}/parts/${piece.part}#t=${piece.begins}`;
    for (const button of all("[data-part]"))
      button.toggleAttribute("aria-current", Number(button.dataset.part) === piece.part);
    const name = one(`[data-part="${piece.part}"]`).dataset.name ?? "";
    say(one("#film-now"), t("File {number}: {name}", { number: piece.part, name }));
    if (plays) void this.#video.play().catch(() => {}); // a browser that asks for a press first shows its own button
  }

  #watch() {
    const piece = this.#pieces[this.#place];
    if (piece === undefined || this.#video.paused || this.#video.currentTime < piece.ends - NEARLY) return;
    if (this.#place + 1 < this.#pieces.length) this.#next();
    else if (piece.ends < this.#video.duration - NEARLY) this.#video.pause();
  }

  #next() {
    if (this.#place + 1 >= this.#pieces.length) return;
    this.#place += 1;
    this.#load(true);
  }
}

/** @returns {Piece[]} every file, whole */
function files() {
  return all("[data-part]")
    .filter((button) => !button.hasAttribute("disabled"))
    .map(({ dataset }) => ({ part: Number(dataset.part), begins: 0, ends: Number(dataset.seconds) }));
}

function listen() {
  const film = new Film();
  for (const button of all("[data-part]"))
    button.addEventListener("click", () => film.show(files().filter(({ part }) => part >= Number(button.dataset.part))));
  for (const button of all("[data-turn]"))
    button.addEventListener("click", () => film.show(JSON.parse(button.dataset.turn ?? "[]")));
  film.show(files(), false);
}

async function remove() {
  const reason = h("textarea", { class: "input", rows: 3, maxlength: 500, required: true });
  const field = h("label", { class: "field" }, h("span", { class: "field__label" }, t("Reason")), reason);
  const sure = await confirm({
    title: t("Delete the recording?"),
    text: t("All its files are deleted for good. That, when, by whom and why stays in the record."),
    action: t("Delete"),
    danger: true,
    content: field,
  });
  if (!sure) return;
  try {
    await call("POST", `${base}/delete`, { body: { reason: lines(reason.value) } });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

if (document.querySelector("#film-video")) listen();
document.querySelector("#film-delete")?.addEventListener("click", () => void remove());
