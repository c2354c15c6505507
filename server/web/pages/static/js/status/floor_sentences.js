// What happened on the floor and in the chair, as sentences.

import { t } from "../lib/i18n.js";
import { faultWord, policyWord } from "../live/words.js";

/** Why a turn ended, by the journal's word. @type {Record<string, () => string>} */
const ENDED = {
  released: () => t("released by the speaker"),
  revoked: () => t("stopped by the chair"),
  preempted: () => t("the chair called the next"),
  lost: () => t("the line was lost"),
  closed: () => t("the briefing ended"),
  undone: () => t("the chair took it back"),
};

/** What the chair took back, by the journal's word. @type {Record<string, () => string>} */
const UNDONE = {
  turn_ended: () => t("The chair took back the end of a turn"),
  granted: () => t("The chair took back that it gave the floor"),
  denied: () => t("The chair took back that it denied a request"),
  reordered: () => t("The chair took back the new order of the queue"),
  muted: () => t("The chair took back that it muted everyone"),
};

/** How somebody came to act as the chair, by the journal's word. @type {Record<string, (name: string) => string>} */
const TOOK = {
  free: (name) => t("{name} acts as the chair", { name }),
  lapsed: (name) => t("{name} took over the chair: its page was gone", { name }),
  handed_over: (name) => t("The chair was handed over to {name}", { name }),
};

/** @typedef {Record<string, any>} Data */

/** @type {Record<string, (data: Data, name: string) => string>} */
const SENTENCES = {
  FloorRequested: requested,
  RequestWithdrawn: (_, name) => t("{name} is out of the queue", { name }),
  RequestAmended: ({ speaker }, name) => t("{name} changed its request: {speaker}", { name, speaker: speaker || "–" }),
  RequestDenied: ({ reason }, name) => withReason(t("The chair denied the request of {name}", { name }), reason),
  QueueReordered: ({ reason }) => withReason(t("The chair changed the queue"), reason),
  QueuePolicySet: ({ policy, reason }) => withReason(t("The queue is ordered: {policy}", said(policy)), reason),
  EndpointPutOnDeck: (_, name) => t("{name} is on deck", { name }),
  EndpointSkipped: ({ reason }, name) => withReason(t("{name} was passed over and keeps its place", { name }), faultWord(reason)),
  FloorGranted: granted,
  TurnHeld: (_, name) => t("{name} dropped while speaking; the turn is kept", { name }),
  TurnResumed: (_, name) => t("{name} is back and goes on speaking", { name }),
  TurnPaused: (_, name) => t("The chair interrupted {name}", { name }),
  TurnContinued: (_, name) => t("{name} goes on speaking", { name }),
  TurnExtended: extended,
  TurnEnded: ({ reason }, name) => t("{name} has finished: {reason}", { name, reason: ENDED[reason]?.() ?? reason }),
  EveryoneMuted: () => t("The chair muted everyone"),
  MuteLifted: () => t("The chair lifted the mute"),
  MoveUndone: ({ what }) => UNDONE[what]?.() ?? what,
  ChairTaken: ({ name, reason }) => TOOK[reason]?.(name) ?? name,
  ChairLeft: ({ reason }) =>
    reason === "left" ? t("The acting chair left") : t("The chair's page was lost: nobody acts as the chair"),
};

/**
 * Write what happened on the floor or in the chair.
 *
 * @param {string} kind
 * @param {Data} data
 * @param {(code: string) => string} nameOf
 * @returns {string | null} null for anything else
 */
export function floorSentence(kind, data, nameOf) {
  const name = typeof data.endpoint === "string" ? nameOf(data.endpoint) : "";
  return SENTENCES[kind]?.(data, name) ?? null;
}

/**
 * @param {Data} data
 * @param {string} name
 */
function requested({ speaker, registered, asked_by }, name) {
  const values = { name, speaker: speaker || "–", by: asked_by };
  if (registered) return t("{name} is registered to speak: {speaker}", values);
  return asked_by ? t("{by} asked for {name}: {speaker}", values) : t("{name} asks to speak: {speaker}", values);
}

/**
 * @param {Data} data
 * @param {string} name
 */
function granted({ speaker, recalled, out_of_order, reason }, name) {
  const values = { name, speaker: speaker || "–" };
  if (recalled) return withReason(t("{name} was called back: {speaker}", values), reason);
  const sentence = out_of_order
    ? t("{name} has the floor before others: {speaker}", values)
    : t("{name} has the floor: {speaker}", values);
  return withReason(sentence, reason);
}

/**
 * @param {Data} data
 * @param {string} name
 */
function extended({ seconds }, name) {
  return seconds > 0
    ? t("{name} was given {seconds} s more", { name, seconds })
    : t("{name} has {seconds} s less", { name, seconds: -seconds });
}

/** @param {import("../live/types.js").Policy} policy */
function said(policy) {
  return { policy: policyWord(policy) };
}

/**
 * @param {string} sentence
 * @param {string} reason
 */
function withReason(sentence, reason) {
  return reason ? `${sentence}: ${reason}` : sentence;
}
