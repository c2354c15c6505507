// Rows that are dragged by a handle, with a mouse, a finger or a pen: the list follows the pointer, and Escape puts back.

const EDGE = 90; // pixels from the window's edge within which it scrolls
const STEP = 14; // pixels it scrolls for each move of the pointer

/**
 * Let the rows of a list be dragged.
 *
 * @param {HTMLElement} list
 * @param {string} handle what of a row it is dragged by
 * @param {(row: HTMLElement) => void} dropped called when a row is in another place than before
 */
export function makeSortable(list, handle, dropped) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target instanceof Element ? event.target.closest(handle) : null;
    const row = rowOf(list, grip);
    if (!(grip instanceof HTMLElement) || !row || event.button !== 0) return;
    event.preventDefault(); // no text is selected on the way
    grip.setPointerCapture(event.pointerId);
    drag(list, row, grip, dropped);
  });
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 * @param {HTMLElement} grip
 * @param {(row: HTMLElement) => void} dropped
 */
function drag(list, row, grip, dropped) {
  const home = placeOf(list, row);
  const ended = new AbortController();
  const { signal } = ended;
  const end = () => {
    ended.abort();
    row.removeAttribute("data-dragged");
    if (placeOf(list, row) !== home) dropped(row);
  };
  row.setAttribute("data-dragged", "yes");
  grip.addEventListener("pointermove", ({ clientY }) => follow(row, clientY), { signal });
  grip.addEventListener("pointerup", end, { signal });
  grip.addEventListener("pointercancel", () => (putBack(list, row, home), end()), { signal });
  window.addEventListener("keydown", ({ key }) => key === "Escape" && (putBack(list, row, home), end()), { signal });
}

/**
 * Bring a row to where the pointer is. Its neighbours move around it: moved itself, it would lose the pointer.
 *
 * @param {HTMLElement} row
 * @param {number} y
 */
function follow(row, y) {
  if (y < EDGE) window.scrollBy(0, -STEP);
  if (y > window.innerHeight - EDGE) window.scrollBy(0, STEP);
  for (;;) {
    const { previousElementSibling: before, nextElementSibling: after } = row;
    if (after && y > middle(after)) row.before(after);
    else if (before && y < middle(before)) row.after(before);
    else return;
  }
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 * @param {number} place
 */
function putBack(list, row, place) {
  while (placeOf(list, row) > place) row.after(/** @type {Element} */ (row.previousElementSibling));
  while (placeOf(list, row) < place) row.before(/** @type {Element} */ (row.nextElementSibling));
}

/** @param {HTMLElement} list @param {Element | null} part @returns {HTMLElement | null} */
function rowOf(list, part) {
  const found = [...list.children].find((row) => part && row.contains(part));
  return found instanceof HTMLElement ? found : null;
}

/** @param {HTMLElement} list @param {HTMLElement} row */
function placeOf(list, row) {
  return [...list.children].indexOf(row);
}

/** @param {Element} row */
function middle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
