// The check-in form as it was left, for as long as this tab lives: a reload loses nothing.

/**
 * @typedef {object} DelegateEntry
 * @property {string} name
 * @property {string[]} positions
 * @property {"present" | "absent" | "substitute"} attendance
 * @property {string} reason
 *
 * @typedef {object} CheckInEntry
 * @property {string} local_chair
 * @property {DelegateEntry[]} delegates
 * @property {number | null} headcount null while nothing was typed
 */

export class Draft {
  /** @param {import("./identity.js").Identity} identity whose draft it is: two sites in two tabs never mix */
  constructor({ briefing, endpoint }) {
    this.key = `giaoban.check-in.${briefing}.${endpoint}`;
  }

  /** @returns {CheckInEntry | null} */
  read() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? "null");
  }

  /** @param {CheckInEntry} entry */
  write(entry) {
    sessionStorage.setItem(this.key, JSON.stringify(entry));
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }
}

/**
 * Split what was typed into positions: they stack, separated by commas or semicolons.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function positionsOf(text) {
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * How many people are probably in the room: the delegates that came, and the local chair if not among them.
 *
 * @param {CheckInEntry} entry
 * @returns {number}
 */
export function suggestedHeadcount({ local_chair, delegates }) {
  const here = delegates.filter((delegate) => delegate.attendance !== "absent");
  const listed = here.some((delegate) => delegate.name !== "" && local_chair.startsWith(delegate.name));
  return here.length + (listed || local_chair.trim() === "" ? 0 : 1);
}
