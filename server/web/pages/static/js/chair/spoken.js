// Who has spoken so far, and for how long: read from the record, and anew when a turn is over.

import { Refusal, call } from "../lib/api.js";
import { isHub } from "../live/words.js";
import { base } from "./place.js";

/** After these the turns that are over are others. */
const NEWS = new Set(["TurnEnded", "MoveUndone"]);

/**
 * @typedef {{endpoint: string, speaker: string, count: number, seconds: number}} Spoken the turns that are over of one
 *   endpoint, or of one person in the hub's room; `speaker` is the last
 *
 * @typedef {object} RecordedTurn
 * @property {string} endpoint
 * @property {string} speaker
 * @property {string | null} ended_at
 * @property {string | null} reason
 * @property {number} seconds from its beginning to its end
 * @property {number} waited_seconds of them, in which it could not speak
 */

export class SpokenSoFar {
  /** By `keyOf`. @type {Map<string, Spoken>} */
  by = new Map();

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /** @param {import("../live/types.js").JournalEntry} entry */
  hear({ kind }) {
    if (NEWS.has(kind)) void this.load();
  }

  /** Read the turns; where that fails, what is known stays. */
  async load() {
    try {
      this.by = totalled((await call("GET", `${base}/turns`)).data.turns);
      this.changed();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

/**
 * Say whose speaking time counts together: a site's, or one person's in the hub's room.
 *
 * @param {{endpoint: string, speaker: string}} who
 */
export function keyOf({ endpoint, speaker }) {
  return isHub(endpoint) ? `${endpoint} ${speaker}` : endpoint;
}

/**
 * Add up the turns that are over, but for those given by mistake and taken back at once.
 *
 * @param {RecordedTurn[]} turns
 * @returns {Map<string, Spoken>}
 */
export function totalled(turns) {
  /** @type {Map<string, Spoken>} */
  const by = new Map();
  for (const turn of turns.filter(({ ended_at, reason }) => ended_at !== null && reason !== "undone")) {
    const { endpoint, speaker } = turn;
    const { count, seconds } = by.get(keyOf(turn)) ?? { count: 0, seconds: 0 };
    const spent = turn.seconds - turn.waited_seconds;
    by.set(keyOf(turn), { endpoint, speaker, count: count + 1, seconds: seconds + spent });
  }
  return by;
}
