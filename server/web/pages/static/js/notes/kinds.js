// The kinds of note: what each is called, its key, and which fields it has.

import { t } from "../lib/i18n.js";

/**
 * @typedef {"recommendation" | "conclusion" | "task" | "report" | "remark"} Kind
 * @typedef {"endpoint" | "addressee" | "owner" | "partners" | "due"} Field
 */

/** @type {Kind[]} */
export const KINDS = ["recommendation", "conclusion", "task", "report", "remark"];

/** The key that begins a note of each kind, after its Vietnamese name. @type {Record<string, Kind>} */
export const KEYS = { k: "recommendation", l: "conclusion", n: "task", b: "report", g: "remark" };

/** @type {Record<Kind, Field[]>} */
export const FIELDS = {
  recommendation: ["endpoint", "addressee"],
  conclusion: [],
  task: ["endpoint", "owner", "partners", "due"],
  report: ["endpoint", "owner", "partners", "due"],
  remark: ["endpoint"],
};

/** @type {Record<string, () => string>} */
const WORDS = {
  recommendation: () => t("Recommendation"),
  conclusion: () => t("Conclusion"),
  task: () => t("Task"),
  report: () => t("Report to hand in"),
  remark: () => t("Remark"),
};

/** @type {Record<string, () => string>} */
const STATES = {
  open: () => t("Not begun"),
  in_work: () => t("In work"),
  done: () => t("Done"),
  carried_over: () => t("Carried over"),
  returned: () => t("Returned"),
};

/** @param {string} kind @returns {string} */
export function kindWord(kind) {
  return WORDS[kind]?.() ?? kind;
}

/** @param {string} state @returns {string} */
export function stateWord(state) {
  return STATES[state]?.() ?? state;
}
