// The note being written, and those on their way, for as long as this tab lives: a reload loses nothing.

/**
 * @typedef {object} Note what the form holds
 * @property {number | null} number null for a new note
 * @property {number} revision that the form was filled from
 * @property {string} kind
 * @property {string} text
 * @property {string} about
 * @property {number | null} turn
 * @property {string | null} endpoint
 * @property {string} addressee
 * @property {string} owner
 * @property {string} partners as typed
 * @property {string} due as typed
 * @property {string} reason
 */

export class Draft {
  /** @param {string} briefing */
  constructor(briefing) {
    this.key = `giaoban.note.${briefing}`;
  }

  /** @returns {Note | null} */
  read() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? "null");
  }

  /** @param {Note} note */
  write(note) {
    sessionStorage.setItem(this.key, JSON.stringify(note));
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }

  /** What was sent, and not answered for. @returns {Note[]} */
  sent() {
    return JSON.parse(sessionStorage.getItem(`${this.key}.sent`) ?? "[]");
  }

  /** @param {Note[]} notes */
  send(notes) {
    sessionStorage.setItem(`${this.key}.sent`, JSON.stringify(notes));
  }
}
