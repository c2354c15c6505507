// What two people made of one agenda, brought together item by item, from the agenda that both began with.

import { orderOf } from "./agenda_order.js";
import { same } from "./same.js";

/**
 * @typedef {import("./agenda.js").Item} Item
 * @typedef {"title" | "minutes" | "kind" | "endpoint" | "speakers" | "document"} Field
 *
 * What both changed differently is named by its place: `agenda` is the order of its items, `agenda:ID` an item that one
 * took off and the other changed, `agenda:ID:FIELD` a field of an item.
 * @typedef {string} Place
 */

/** @type {Field[]} */
const FIELDS = ["title", "minutes", "kind", "endpoint", "speakers", "document"];

/**
 * What only one of them changed, added, moved or took off is as they left it. What both changed stays as I have it, and
 * is a conflict.
 *
 * @param {Item[]} base
 * @param {Item[]} mine
 * @param {Item[]} theirs
 * @returns {{items: Item[], conflicts: Place[]}}
 */
export function mergeAgendas(base, mine, theirs) {
  const [were, ours, others] = [byId(base), byId(mine), byId(theirs)];
  const ids = [...new Set([...ours.keys(), ...others.keys()])];
  const met = ids.map((id) => meet(id, were.get(id), ours.get(id), others.get(id)));
  const items = byId(met.flatMap(({ item }) => item ?? []));
  const orders = /** @type {const} */ ([idsOf(base), idsOf(mine), idsOf(theirs)]);
  const { order } = orderOf([...items.keys()], ...orders);
  const conflicts = met.flatMap((one) => one.conflicts);
  const agreed = [...items.keys()].filter((id) => !conflicts.includes(`agenda:${id}`)); // whose agenda still has the rest decides nothing
  const { moved } = orderOf(agreed, ...orders);
  return { items: listed(order, items), conflicts: moved ? [...conflicts, "agenda"] : conflicts };
}

/**
 * My agenda with what another has at one place.
 *
 * @param {Item[]} mine
 * @param {Item[]} theirs
 * @param {Place} place
 * @returns {Item[]}
 */
export function taken(mine, theirs, place) {
  const { id, field } = partsOf(place);
  const items = byId(mine);
  const other = byId(theirs).get(id);
  const own = items.get(id);
  if (field && own && other) items.set(id, { ...own, [field]: other[field] });
  else if (id && other) items.set(id, other);
  else items.delete(id);
  const ids = idsOf(mine);
  const moves = id === "" || own === undefined;
  return moves ? listed(orderOf([...items.keys()], ids, ids, idsOf(theirs)).order, items) : listed(ids, items);
}

/** Whether two agendas differ at a place. @param {Item[]} one @param {Item[]} other @param {Place} place */
export function differAt(one, other, place) {
  const { id, field } = partsOf(place);
  const common = (/** @type {Item[]} */ items, /** @type {Map<string, Item>} */ others) => idsOf(items).filter((name) => others.has(name));
  if (id === "") return !same(common(one, byId(other)), common(other, byId(one)));
  const [left, right] = [itemAt(one, place), itemAt(other, place)];
  return field ? !same(left?.[field], right?.[field]) : !same(left, right);
}

/** @param {Item[]} items @param {Place} place @returns {Item | undefined} */
export function itemAt(items, place) {
  return byId(items).get(partsOf(place).id);
}

/** @param {Place} place @returns {{id: string, field: Field | undefined}} no id: the order */
export function partsOf(place) {
  const [, id = "", field] = place.split(":");
  return { id, field: FIELDS.find((name) => name === field) };
}

/**
 * @param {string} id
 * @param {Item | undefined} was
 * @param {Item | undefined} mine
 * @param {Item | undefined} other
 * @returns {{item: Item | undefined, conflicts: Place[]}} no item: it is taken off
 */
function meet(id, was, mine, other) {
  if (mine && other) return meetFields(id, was, mine, other);
  const left = mine ?? other;
  if (was === undefined) return { item: left, conflicts: [] };
  if (same(was, left)) return { item: undefined, conflicts: [] };
  return { item: mine, conflicts: [`agenda:${id}`] };
}

/**
 * @param {string} id
 * @param {Item | undefined} was
 * @param {Item} mine
 * @param {Item} other
 * @returns {{item: Item, conflicts: Place[]}}
 */
function meetFields(id, was, mine, other) {
  const changed = (/** @type {Item} */ item, /** @type {Field} */ field) => !same(item[field], was?.[field]);
  const kept = FIELDS.filter((field) => changed(mine, field)).map((field) => [field, mine[field]]);
  const both = FIELDS.filter((field) => changed(mine, field) && changed(other, field) && !same(mine[field], other[field]));
  return { item: { ...other, ...Object.fromEntries(kept) }, conflicts: both.map((field) => `agenda:${id}:${field}`) };
}

/** @param {Item[]} items @returns {Map<string, Item>} */
function byId(items) {
  return new Map(items.map((item) => [item.id, item]));
}

/** @param {Item[]} items @returns {string[]} */
function idsOf(items) {
  return items.map(({ id }) => id);
}

/** @param {string[]} order @param {Map<string, Item>} items @returns {Item[]} */
function listed(order, items) {
  return order.flatMap((id) => items.get(id) ?? []);
}
