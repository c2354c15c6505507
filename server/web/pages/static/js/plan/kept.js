// What was typed and is not saved yet, for as long as this tab lives: neither a reload nor a lost line loses it.

/**
 * @typedef {object} Unsaved
 * @property {string} roster
 * @property {number} edition of the plan that the form was filled from; 0: a new briefing
 * @property {import("./typed.js").Typed} base what the form was filled with
 * @property {import("./typed.js").Typed} mine what it holds
 * @property {import("./typed.js").Place[]} conflicts that are not decided
 * @property {import("./take_over.js").Open[]} taken open items that are on the agenda, to be carried over
 */

export class Kept {
  /** @param {string | null} briefing null: a new one */
  constructor(briefing) {
    this.key = `giaoban.plan.${briefing ?? "new"}`;
  }

  /** @returns {Unsaved | null} */
  read() {
    /** @type {Unsaved | null} */
    const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    // Kept before items had ids: the server counts those as of edition 0.
    for (const { agenda } of kept ? [kept.base, kept.mine] : []) agenda.forEach((item, place) => (item.id ??= `0.${place + 1}`));
    return kept;
  }

  /** @param {Unsaved} unsaved */
  write(unsaved) {
    sessionStorage.setItem(this.key, JSON.stringify(unsaved));
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }
}
