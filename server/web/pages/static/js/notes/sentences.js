// Journal entries about notes and amendments as sentences.

import { t } from "../lib/i18n.js";

/** What each kind of note is called, in the middle of a line. */
const KINDS = {
  recommendation: () => t("recommendation"),
  conclusion: () => t("conclusion"),
  task: () => t("task"),
  report: () => t("report to hand in"),
  remark: () => t("remark"),
};

/** How far a task is. */
const STATES = {
  open: () => t("open"),
  in_work: () => t("in work"),
  done: () => t("done"),
  carried_over: () => t("carried over"),
  returned: () => t("returned"),
};

/**
 * The sentence for an entry about a note or an amendment; null for an entry about anything else.
 *
 * @param {string} kind
 * @param {Record<string, any>} data
 * @returns {string | null}
 */
export function noteSentence(kind, data) {
  const number = data.number;
  switch (kind) {
    case "SecretaryNamed":
      return t("{name} keeps the minutes", { name: data.name });
    case "NoteTaken":
      return t("Note {number} ({kind}) was taken", { number, kind: wordOf(KINDS, data.note.kind) });
    case "NoteAmended":
      return t("Note {number} was written anew", { number });
    case "NoteRemoved":
      return t("Note {number} was removed", { number });
    case "NoteRestored":
      return t("Note {number} was restored", { number });
    case "RecommendationAnswered":
      return t("Recommendation {number} was answered", { number });
    case "TaskMoved":
      return t("Task {number} is now: {state}", { number, state: wordOf(STATES, data.state) });
    case "NoteCarriedOver":
      return t("Note {number} was carried over", { number });
    case "TaskAppraised":
      return t("Task {number} was commented on", { number });
    case "RecordAmended":
      return t("Amendment {number} was put beside the record", { number });
    default:
      return null;
  }
}

/**
 * @param {Record<string, () => string>} words
 * @param {string} name
 */
function wordOf(words, name) {
  return words[name]?.() ?? name;
}
