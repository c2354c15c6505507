// The join links of a briefing: made once, shown, copied, printed, renewed and revoked.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, h, one, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";
import { refused, toast } from "../lib/toast.js";

/** @typedef {{endpoint: string, name: string, url: string | null, created_at: string | null}} Link */

const list = one("#links");
const path = `/api/v1/briefings/${list.dataset.briefing}/join-links`;
const search = /** @type {HTMLInputElement} */ (one("#search"));
const onePerPage = /** @type {HTMLInputElement} */ (one("#one-per-page"));
/** @type {Link[]} */
let links = [];

/** Read the links again and draw them. */
async function show() {
  try {
    links = (await call("GET", path)).data.links;
  } catch (error) {
    refused(error);
    return;
  }
  list.replaceChildren(...links.map(card));
  list.setAttribute("aria-busy", "false");
  const missing = links.filter((link) => !link.url).length;
  one("#missing").hidden = !missing;
  one("#missing-text").textContent = t("{count} endpoints have no link that works.", { count: missing });
  for (const id of ["#print", "#copy-all"]) one(id).toggleAttribute("disabled", missing === links.length);
  filter();
}

/** @param {Link} link @returns {HTMLElement} */
function card(link) {
  const box = stamp("link");
  box.dataset.search = `${link.endpoint} ${link.name}`;
  box.classList.toggle("link--none", !link.url);
  one(".link__code", box).textContent = link.endpoint;
  one(".link__name", box).textContent = link.name;
  one(".link__url", box).textContent = link.url ?? "";
  if (link.url) one(".link__qr", box).append(picture(link));
  for (const button of all("button", box)) button.setAttribute("aria-label", `${button.textContent?.trim()}: ${link.name}`);
  one("[data-copy]", box).addEventListener("click", () => copy(link.url ?? "", t("Copied: {name}", { name: link.name })));
  one("[data-renew]", box).addEventListener("click", () => (link.url ? renew(link) : make([link.endpoint])));
  one("[data-revoke]", box).addEventListener("click", () => revoke(link));
  return box;
}

/** @param {Link} link @returns {HTMLImageElement} drawn by the server; the query keeps an old picture from being reused */
function picture({ endpoint, name, created_at: made }) {
  const src = `${path}/${endpoint}/qr?made=${encodeURIComponent(made ?? "")}`;
  return h("img", { src, alt: t("QR code of the link of {name}", { name }), width: 120, height: 120 });
}

function filter() {
  for (const box of all(".link", list)) box.hidden = !matches(box.dataset.search ?? "", search.value);
}

/** @param {string} text @param {string} done */
async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done, "good");
  } catch {
    toast(t("The browser does not allow copying here; select the address and press Ctrl+C."), "poor");
  }
}

/** @param {string[] | "missing"} endpoints */
async function make(endpoints) {
  try {
    await call("POST", path, { body: { endpoints } });
    await show();
  } catch (error) {
    refused(error);
  }
}

/** @param {Link} link */
async function renew(link) {
  const sure = await confirm({
    title: t("Make a new link for {name}?", { name: link.name }),
    text: t("The present link and its printed code stop working at once; the site must be given the new one."),
    action: t("Make a new link"),
    danger: true,
  });
  if (sure) await make([link.endpoint]);
}

/** @param {Link} link */
async function revoke(link) {
  const sure = await confirm({
    title: t("Revoke the link of {name}?", { name: link.name }),
    text: t("The site cannot join until it is given a new link."),
    action: t("Revoke the link"),
    danger: true,
  });
  if (!sure) return;
  try {
    await call("DELETE", `${path}/${link.endpoint}`);
    await show();
  } catch (error) {
    refused(error);
  }
}

search.addEventListener("input", filter);
onePerPage.addEventListener("change", () => list.classList.toggle("links--one-per-page", onePerPage.checked));
one("#make").addEventListener("click", () => make("missing"));
one("#print").addEventListener("click", () => window.print());
one("#copy-all").addEventListener("click", () => {
  const lines = links.filter((link) => link.url).map((link) => [link.endpoint, link.name, link.url].join("\t"));
  copy(lines.join("\n"), t("Copied {count} links: code, name, address", { count: lines.length }));
});
show();
