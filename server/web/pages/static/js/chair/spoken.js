// Who has spoken so far, and for how long: read from the record, and anew when a turn is over.

import { Refusal, call } from "../lib/api.js";
import { base } from "./place.js";

/** After these the turns that are over are others. */
const NEWS = new Set(["TurnEnded", "MoveUndone"]);

/**
 * @typedef {{count: number, seconds: number}} Spoken the turns of one endpoint that are over
 * @typedef {{endpoint: string, ended_at: string | null, seconds: number}} RecordedTurn
 */

export class SpokenSoFar {
  /** By endpoint. @type {Map<string, Spoken>} */
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
 * Add up the turns that are over.
 *
 * @param {RecordedTurn[]} turns
 * @returns {Map<string, Spoken>}
 */
export function totalled(turns) {
  /** @type {Map<string, Spoken>} */
  const by = new Map();
  for (const { endpoint, ended_at, seconds } of turns) {
    const { count, seconds: before } = by.get(endpoint) ?? { count: 0, seconds: 0 };
    if (ended_at !== null) by.set(endpoint, { count: count + 1, seconds: before + seconds });
  }
  return by;
}
