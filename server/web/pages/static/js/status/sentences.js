// Journal entries as sentences, and which of them matter to whom.

import { t } from "../lib/i18n.js";
import { failureWord } from "../live/recording.js";
import { stoppedWord } from "../live/words.js";
import { noteSentence } from "../notes/sentences.js";
import { floorSentence } from "./floor_sentences.js";

/**
 * @typedef {import("../live/types.js").JournalEntry} JournalEntry
 * @typedef {"trouble" | "floor" | "life" | "routine"} Matter
 */

/** @type {Record<string, Matter>} */
const MATTERS = {
  EndpointLeft: "trouble",
  EndpointsMarkedLate: "trouble",
  PublishingStopped: "trouble",
  TurnHeld: "trouble",
  ContentHeld: "trouble",
  RecordingFailed: "trouble",
  EndpointSkipped: "trouble",
  FloorRequested: "floor",
  RequestAmended: "floor",
  RequestDenied: "floor",
  QueuePolicySet: "floor",
  RequestWithdrawn: "floor",
  QueueReordered: "floor",
  EndpointPutOnDeck: "floor",
  FloorGranted: "floor",
  TurnResumed: "floor",
  TurnPaused: "floor",
  TurnContinued: "floor",
  TurnExtended: "floor",
  EveryoneMuted: "floor",
  MuteLifted: "floor",
  MoveUndone: "floor",
  TurnEnded: "floor",
  ContentGiven: "floor",
  ContentEnded: "floor",
  ChairTaken: "life",
  ChairLeft: "life",
  RecordingStarted: "life",
  RecordingResumed: "life",
  RecordingStopped: "life",
  AgendaMoved: "life",
  BriefingOpened: "life",
  BriefingStarted: "life",
  BriefingClosed: "life",
  BriefingCancelled: "life",
  BriefingEdited: "life",
  RehearsalBegan: "life",
  RehearsalEnded: "life",
  GoDecided: "life",
};

/**
 * Say what kind of news an entry is.
 *
 * @param {JournalEntry} entry
 * @returns {Matter}
 */
export function matterOf({ kind, data }) {
  if (kind === "EndpointsMarkedLate" && data.endpoints.length === 0) return "life";
  return MATTERS[kind] ?? "routine";
}

/** Why presenting ended, by the journal's word. */
const CONTENT_ENDED = {
  stopped: () => t("stopped by the presenter"),
  taken: () => t("taken back by the chair"),
  passed_on: () => t("another was asked to present"),
  turn: () => t("the turn ended"),
  lost: () => t("the line was lost"),
  closed: () => t("the briefing ended"),
};

/**
 * Write an entry as one sentence.
 *
 * @param {JournalEntry} entry
 * @param {(code: string) => string} nameOf
 * @returns {string}
 */
export function sentenceOf({ kind, data }, nameOf) {
  const name = typeof data.endpoint === "string" ? nameOf(data.endpoint) : "";
  switch (kind) {
    case "EndpointJoined":
      return t("{name} joined", { name });
    case "EndpointLeft":
      return data.reason === "lost" ? t("{name} was lost", { name }) : t("{name} left", { name });
    case "EndpointCheckedIn":
      return t("{name} checked in, {count} people", { name, count: data.check_in?.headcount ?? 0 });
    case "EndpointsMarkedLate":
      return data.endpoints.length === 0
        ? t("All endpoints have checked in on time")
        : t("Late: {count} endpoints have not checked in", { count: data.endpoints.length });
    case "PublishingStarted":
      return t("{name} sends picture and sound", { name });
    case "PublishingStopped":
      return t("{name} no longer sends picture and sound: {reason}", { name, reason: stoppedWord(data.reason) });
    case "SpeechDetected":
      return t("{name} was heard", { name });
    default:
      return (
        floorSentence(kind, data, nameOf) ??
        presented(kind, data, name) ??
        recorded(kind, data) ??
        noteSentence(kind, data) ??
        rehearsed(kind, data, name) ??
        life(kind, data)
      );
  }
}

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 * @param {string} name
 */
function presented(kind, data, name) {
  switch (kind) {
    case "ContentGiven":
      return t("{name} may present", { name });
    case "ContentStarted":
      return t("{name} shows what it presents", { name });
    case "ContentStopped":
      return t("{name} no longer shows what it presents", { name });
    case "ContentHeld":
      return t("What {name} presents was lost; the slot is kept", { name });
    case "ContentEnded":
      return t("{name} no longer presents: {reason}", {
        name,
        reason: CONTENT_ENDED[/** @type {keyof typeof CONTENT_ENDED} */ (data.reason)]?.() ?? data.reason,
      });
    default:
      return null;
  }
}

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 */
function recorded(kind, data) {
  switch (kind) {
    case "RecordingStarted":
      return t("Recording began");
    case "RecordingFailed":
      return t("Recording has failed: {reason}", { reason: failureWord(data.reason) });
    case "RecordingResumed":
      return t("Recording goes on; what was on the stage meanwhile is missing");
    case "RecordingStopped":
      return data.reason === "closed" ? t("Recording ended with the briefing") : t("Recording was ended by the chair");
    case "RecordingChecked":
      if (data.parts === 0) return t("The recording was checked: it is empty");
      return data.flaws.length === 0
        ? t("The recording was checked: it is sound")
        : t("The recording was checked: {count} faults", { count: data.flaws.length });
    case "RecordingDeleted":
      return t("The recording was deleted");
    default:
      return null;
  }
}

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 * @param {string} name
 */
function rehearsed(kind, data, name) {
  switch (kind) {
    case "RehearsalPlanned":
      return t("A rehearsal of {minutes} minutes was planned", { minutes: data.minutes });
    case "RehearsalDropped":
      return data.reason === "missed" ? t("A planned rehearsal was missed") : t("A planned rehearsal was taken off");
    case "RehearsalBegan":
      return t("The rehearsal began");
    case "RehearsalEnded":
      return t("The rehearsal ended; the room is cleared");
    case "LineChecked":
      return t("{name} checked its line", { name });
    case "LineCheckAsked":
      return t("{name} is asked to check its line", { name });
    case "GoDecided":
      return data.go ? t("{name} decided: the lines are go", { name: data.name }) : t("{name} decided: the lines are no-go", { name: data.name });
    default:
      return null;
  }
}

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 */
function life(kind, data) {
  switch (kind) {
    case "AgendaMoved":
      return t("Agenda item {number}", { number: data.index + 1 });
    case "BriefingDrafted":
      return t("The briefing was drafted");
    case "BriefingEdited":
      return t("The plan was changed");
    case "PlacedInSeries":
      return t("The briefing was made a date of a series");
    case "RemindersSet":
      return t("The reminders were changed");
    case "BriefingScheduled":
      return t("The briefing was published");
    case "BriefingOpened":
      return t("The lobby opened");
    case "BriefingStarted":
      return t("The briefing began");
    case "BriefingClosed":
      return t("The briefing ended");
    case "BriefingCancelled":
      return t("The briefing was cancelled");
    default:
      return kind;
  }
}
