// Finding and making elements, without ever writing HTML from strings.

/**
 * Find the one element a page promises to have.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function one(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T[]}
 */
export function all(selector, within = document) {
  return /** @type {T[]} */ (/** @type {unknown} */ ([...within.querySelectorAll(selector)]));
}

/**
 * Make an element. Attributes named on… are listeners, `class` is a string, true/false set or leave out a boolean one.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = new URL("../../icons.svg", import.meta.url).pathname;

/**
 * Make a decorative icon of the sprite; the words beside it carry the meaning.
 * @param {string} name
 * @param {string} [classes]
 * @returns {SVGSVGElement}
 */
export function icon(name, classes = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", classes);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Copy the content of a <template id="…">.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function stamp(id) {
  const template = /** @type {HTMLTemplateElement} */ (one(`template#${id}`));
  const first = template.content.firstElementChild;
  if (!first) throw new Error(`the template ${id} is empty`);
  return /** @type {T} */ (/** @type {unknown} */ (first.cloneNode(true)));
}

/**
 * Read a <script type="application/json" id="…"> block.
 * @param {string} id
 * @returns {any}
 */
export function embedded(id) {
  return JSON.parse(one(`script#${id}`).textContent || "null");
}

/**
 * Set text only when it changed, so that nothing is announced or laid out for nothing.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Say something to a screen reader, politely, through the page's live region.
 * @param {string} text
 */
export function announce(text) {
  one("#announcer").textContent = text;
}
