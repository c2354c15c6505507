// The order of items that two people moved and added, from the order that both began with.

import { same } from "./same.js";

/** Stands before the first item. */
const START = "";

/**
 * What nobody moved stays; what one moved or added follows what it follows in the order of whoever did it. What both
 * put somewhere else is where I have it.
 *
 * @param {string[]} kept which items there are
 * @param {string[]} base
 * @param {string[]} mine
 * @param {string[]} theirs
 * @returns {{order: string[], moved: boolean}} moved: both put the same items somewhere else, but not at the same place
 */
export function orderOf(kept, base, mine, theirs) {
  const there = (/** @type {string} */ id) => kept.includes(id);
  const was = base.filter(there);
  /** @type {[Set<string>, Set<string>]} */
  const moves = [movedIn(was, mine), movedIn(was, theirs)];
  const resting = was.filter((id) => !moves.some((moved) => moved.has(id)));
  const placed = (/** @type {string[]} */ ids, /** @type {Set<string>} */ moved, /** @type {string[]} */ fixed) =>
    placesOf(ids.filter(there), new Set(fixed), (id) => !was.includes(id) || moved.has(id));
  const [ours, others] = [placed(mine, moves[0], resting), placed(theirs, moves[1], resting)];
  const both = [...ours.keys()].filter((id) => others.has(id));
  if (!same(only(ours, both), only(others, both))) for (const id of both) others.delete(id);
  const known = resting.filter((id) => mine.includes(id) && theirs.includes(id)); // an item that one took off places no other
  const moved = !same(only(placed(mine, moves[0], known), both), only(placed(theirs, moves[1], known), both));
  const order = [START, ...resting].flatMap((place) => [place, ...together(at(ours, place), at(others, place))]);
  return { order: order.slice(1), moved };
}

/**
 * The fewest items that somebody may have moved: all but the longest run of those that kept their order.
 *
 * @param {string[]} was
 * @param {string[]} now
 * @returns {Set<string>}
 */
function movedIn(was, now) {
  const common = was.filter((id) => now.includes(id));
  const places = common.map((id) => now.indexOf(id));
  /** @type {number[][]} */
  const runs = []; // the longest that ends at each item
  places.forEach((place, index) => {
    const before = runs.filter((_, other) => (places[other] ?? 0) < place);
    runs.push([...longest(before), index]);
  });
  const stayed = longest(runs);
  return new Set(common.filter((_, index) => !stayed.includes(index)));
}

/** @param {number[][]} runs @returns {number[]} */
function longest(runs) {
  return runs.reduce((best, run) => (run.length > best.length ? run : best), []);
}

/**
 * Which of the resting items each of the others follows.
 *
 * @param {string[]} ids
 * @param {Set<string>} resting
 * @param {(id: string) => boolean} isPlaced whether this order says where an item is
 * @returns {Map<string, string>}
 */
function placesOf(ids, resting, isPlaced) {
  const places = new Map();
  let place = START;
  for (const id of ids) {
    if (resting.has(id)) place = id;
    else if (isPlaced(id)) places.set(id, place);
  }
  return places;
}

/** @param {Map<string, string>} places @param {string[]} ids */
function only(places, ids) {
  return [...places].filter(([id]) => ids.includes(id));
}

/** @param {Map<string, string>} places @param {string} place @returns {string[]} what follows it, in order */
function at(places, place) {
  return [...places].flatMap(([id, follows]) => (follows === place ? id : []));
}

/**
 * Two runs as one: what is in both keeps its place among the others, and whose comes first is the same for both people.
 *
 * @param {string[]} one
 * @param {string[]} other
 * @returns {string[]}
 */
function together(one, other) {
  const shared = one.find((id) => other.includes(id));
  if (shared === undefined) return (one[0] ?? "") < (other[0] ?? "") ? [...one, ...other] : [...other, ...one];
  const [left, right] = [one.indexOf(shared), other.indexOf(shared)];
  const before = together(one.slice(0, left), other.slice(0, right));
  return [...before, shared, ...together(one.slice(left + 1), other.slice(right + 1))];
}
