// Who is who: names found as they are needed, faces, and the field that finds a person.

import { byId, freshId, h, stableIndex } from "./dom.js";
import * as api from "./api.js";
import { say } from "./words.js";

const known = new Map();
const wanted = new Set();
let featured = [];
let app = {};
let looking = null;

export function remember(...people) {
  for (const person of people.flat()) if (person && person.id) known.set(person.id, { ...known.get(person.id), ...person });
}

export function rememberWorkspace(state) {
  app = state.app || {};
  featured = state.people || [];
  remember(featured, state.me);
  for (const id of [app.bot_user, app.bot_id].filter(Boolean)) remember({ id, real_name: app.name, is_bot: true });
}

const called = (person) => person.real_name || person.name || (person.profile && person.profile.real_name) || person.id;
export const isApp = (id) => Boolean(id) && [app.bot_user, app.bot_id, app.id].includes(id);
export const person = (id) => known.get(id);

/** The name of an id; one not known yet is looked up and written into every [data-name-of] that waits for it. */
export function nameOf(id, fallback) {
  const found = known.get(id);
  if (found) return called(found);
  if (id && /^[UW]/.test(id) && !wanted.has(id)) {
    wanted.add(id);
    looking ??= setTimeout(lookUp, 0);
  }
  return fallback || id || "";
}

async function lookUp() {
  looking = null;
  const ids = [...wanted].filter((id) => !known.has(id));
  if (!ids.length) return;
  for (const found of listed(await api.named(ids))) {
    remember(found);
    for (const node of document.querySelectorAll(`[data-name-of="${CSS.escape(found.id)}"]`)) node.textContent = called(found);
    for (const node of document.querySelectorAll(`[data-face-of="${CSS.escape(found.id)}"]`)) node.textContent = initials(called(found));
  }
}

const listed = (answer) => (answer && answer.people) || [];

function initials(name) {
  const parts = String(name).replace(/[^\p{L}\p{N}\s'-]/gu, " ").trim().split(/\s+/).filter(Boolean);
  if (!parts.length) return "?";
  const letters = parts.length === 1 ? [...parts[0]].slice(0, 1) : [[...parts[0]][0], [...parts[parts.length - 1]][0]];
  return letters.join("").toUpperCase();
}

/** A coloured mark with the initials; the same person has the same colour everywhere. */
export function face(id, { size = "" } = {}) {
  const bot = isApp(id) || (known.get(id) || {}).is_bot;
  return h("span", { class: `face tint-${bot ? "app" : stableIndex(id, 10)} ${size}`.trim(), "aria-hidden": "true", data: { faceOf: id } }, initials(nameOf(id)));
}

export function name(id, fallback) {
  return h("span", { data: { nameOf: id } }, nameOf(id, fallback));
}

/** A combobox that finds people: featured ones first, anybody by typing. `picked(person)` is called with the choice. */
export function finder({ picked, label, selected, inputProps = {}, heading = true, listProps = {} }) {
  const listId = freshId("people");
  const list = h("ul", { id: listId, role: "listbox", class: "people-list", "aria-label": label, ...listProps });
  const input = h("input", {
    type: "text", role: "combobox", "aria-autocomplete": "list", "aria-controls": listId, "aria-expanded": "false",
    "aria-label": label, placeholder: label, autocomplete: "off", spellcheck: "false", ...inputProps,
  });
  const title = h("p", { class: "list-title" });
  let shown = [];
  let active = -1;
  let asked = 0;
  let waiting = null;

  function mark(at) {
    active = at;
    [...list.children].forEach((node, index) => node.classList.toggle("active", index === at));
    const node = list.children[at];
    if (node && node.id) { input.setAttribute("aria-activedescendant", node.id); node.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  }

  function show(people, titleWords) {
    shown = people;
    remember(people);
    title.textContent = titleWords;
    list.replaceChildren(...people.map((one) => h("li", {
      id: freshId("person"), role: "option", "aria-selected": String(one.id === selected()), class: "person",
      data: { testid: "person-option", user: one.id },
      on: { mousedown: (event) => event.preventDefault(), click: () => picked(one) },
    }, face(one.id), h("span", { class: "who" }, h("strong", null, called(one)), h("small", null, one.title || "")))));
    if (!people.length) list.append(h("li", { class: "nobody", role: "presentation" }, say("nobody")));
    input.setAttribute("aria-expanded", "true");
    mark(people.length && input.value ? 0 : -1);
  }

  async function search() {
    const text = input.value.trim();
    const turn = asked += 1;
    if (!text) { show(featured, say("featured")); if (featured.length) return; }
    const answer = await api.people(text);
    if (turn === asked) show(listed(answer).filter((one) => !one.deleted), say("found"));
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 90); });
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (shown.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waiting);
      if (active < 0 && input.value.trim()) await search();
      if (shown[active]) picked(shown[active]);
    }
  });
  const box = h("div", { class: "finder" }, input, heading ? title : null, list);
  return { box, input, list, open: search, called };
}

/** The panel in the side bar where one becomes somebody else. */
export function switcher({ button, panel, current, become }) {
  let people = null;
  const opened = () => !panel.hidden;
  function shut({ refocus } = {}) {
    if (!opened()) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }
  function open() {
    people = finder({
      picked: (one) => { shut({ refocus: true }); become(one.id); },
      label: say("searchPeople"), selected: current, inputProps: { "data-testid": "person-search" },
    });
    panel.replaceChildren(people.box);
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    people.open();
    people.input.focus();
  }
  button.addEventListener("click", () => (opened() ? shut({ refocus: true }) : open()));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); shut({ refocus: true }); } });
  document.addEventListener("pointerdown", (event) => { if (!byId("switch").contains(event.target)) shut(); });
  byId("switch").addEventListener("focusout", (event) => { if (event.relatedTarget && !byId("switch").contains(event.relatedTarget)) shut(); });
  return { shut };
}
