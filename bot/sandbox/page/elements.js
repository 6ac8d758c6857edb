// The interactive elements of blocks: how each is drawn, what state it is in, and what it sends when used.

import { byId, freshId, h, icon, link, followable } from "./dom.js";
import { bare, plain, words } from "./text.js";
import { finder, nameOf } from "./people.js";
import { number, say } from "./words.js";

/**
 * What the elements of one surface hold, by block and action. A redraw finds it again as long as the app has not
 * changed the element itself, so a half-typed answer survives an update of what surrounds it.
 */
export class Answers {
  #kept = new Map();
  #drawn = new Set();
  #lasting;

  /** `lasting`: as in views, where an answer outlives even a change of its own element while type and option remain. */
  constructor({ lasting = false } = {}) { this.#lasting = lasting; }

  beginDrawing() { this.#drawn = new Set(); }

  endDrawing() { for (const key of this.#kept.keys()) if (!this.#drawn.has(key)) this.#kept.delete(key); }

  enter(block, element, initial) {
    const key = JSON.stringify([block, element.action_id]);
    const origin = JSON.stringify(element);
    this.#drawn.add(key);
    const before = this.#kept.get(key);
    const stays = before && (before.origin === origin || (this.#lasting && before.state.type === element.type && offered(element, before.state)));
    if (stays) before.origin = origin;
    else this.#kept.set(key, { block, action: element.action_id, origin, state: { type: element.type, ...initial } });
    return this.#kept.get(key);
  }

  /** Take up what was answered before the page was opened: {block: {action: state}}. */
  resume(blocks, values) {
    for (const block of blocks) {
      for (const one of [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]) {
        const state = one && one.action_id && ((values || {})[block.block_id] || {})[one.action_id];
        if (state) this.#kept.set(JSON.stringify([block.block_id, one.action_id]), { block: block.block_id, action: one.action_id, origin: JSON.stringify(one), state: { ...state } });
      }
    }
  }

  /** {block: {action: state}}, as a submission sends it. */
  values() {
    const all = {};
    for (const { block, action, state } of this.#kept.values()) (all[block] ??= {})[action] = state;
    return all;
  }

  state(block, action) {
    const entry = this.#kept.get(JSON.stringify([block, action]));
    return entry ? entry.state : null;
  }
}

const optionsOf = (element) => (element.option_groups ? element.option_groups.flatMap((group) => group.options) : element.options || []);
const offered = (element, state) => [state.selected_option, ...(state.selected_options || [])].filter(Boolean).every((one) => optionsOf(element).some((option) => sameOption(one, option)));
const sameOption = (one, other) => Boolean(one && other && one.value === other.value);

// What an element is called when nothing beside it says so.
function labelled(element, around) {
  if (around.labelId) return { "aria-labelledby": around.labelId, "aria-describedby": around.describedBy, "aria-required": around.required ? "true" : null };
  const own = element.accessibility_label || bare(element.placeholder) || around.fallbackLabel;
  return { "aria-label": own || say("choose") };
}

const hooks = (element, around, value) => ({ testid: "action", actionId: element.action_id, blockId: around.block, value: value ?? null, focus: element.focus_on_load ? "load" : null });

function sends(around) { return !around.input || around.dispatch; }

function button(element, around) {
  const style = element.style === "primary" || element.style === "danger" ? element.style : "default";
  const props = {
    class: `button ${style}`, "aria-label": element.accessibility_label || null,
    data: hooks(element, around, element.value),
  };
  const use = (event) => around.act(event.currentTarget, element, { value: element.value });
  if (followable(element.url)) {
    const node = link(element.url, plain(element.text));
    node.className = props.class;
    Object.assign(node.dataset, Object.fromEntries(Object.entries(props.data).filter(([, value]) => value !== null)));
    if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
    node.addEventListener("click", use);
    return node;
  }
  return h("button", { type: "button", ...props, on: { click: use } }, plain(element.text));
}

function staticSelect(element, around) {
  const all = optionsOf(element);
  const entry = around.answers.enter(around.block, element, { selected_option: element.initial_option || null });
  const makeOption = (option) => h("option", { value: option.value, selected: sameOption(option, entry.state.selected_option) }, bare(option.text));
  const node = h("select", {
    class: "field select", ...labelled(element, around), data: hooks(element, around),
    on: {
      change: () => {
        const before = entry.state.selected_option;
        const chosen = all.find((option) => option.value === node.value) || null;
        entry.state.selected_option = chosen;
        if (sends(around) && chosen) {
          around.act(node, element, { selected_option: chosen }).then((went) => {
            if (went === false) { entry.state.selected_option = before; node.value = before ? before.value : ""; }
          });
        }
      },
      // An arrow key on a closed list would choose, and so send, one option after the other: open the list instead.
      keydown: (event) => {
        if (!sends(around) || !node.showPicker || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End" || event.key.length === 1) {
          event.preventDefault();
          try { node.showPicker(); } catch { /* the browser opens it in its own way */ }
        }
      },
    },
  });
  const none = h("option", { value: "", selected: !entry.state.selected_option }, bare(element.placeholder) || say("choose"));
  if (!around.optional) none.disabled = Boolean(around.input && entry.state.selected_option);
  node.append(none);
  if (element.option_groups) for (const group of element.option_groups) node.append(h("optgroup", { label: bare(group.label) }, group.options.map(makeOption)));
  else node.append(...all.map(makeOption));
  return h("span", { class: "select-wrap" }, node);
}

function multiSelect(element, around) {
  const all = optionsOf(element);
  const entry = around.answers.enter(around.block, element, { selected_options: element.initial_options || [] });
  const summary = h("summary", { class: "field select", ...labelled(element, around) });
  const write = () => {
    const chosen = entry.state.selected_options;
    const text = chosen.length ? chosen.map((option) => bare(option.text)).join(", ") : bare(element.placeholder) || say("choose");
    summary.replaceChildren(h("span", { class: chosen.length ? "chosen" : "none" }, text), chosen.length ? h("span", { class: "count" }, number(chosen.length)) : "");
    const name = around.labelId ? (byId(around.labelId) || {}).textContent || "" : labelled(element, around)["aria-label"];
    if (name) { summary.removeAttribute("aria-labelledby"); summary.setAttribute("aria-label", `${name}: ${text}`); }
  };
  let sent = JSON.stringify(entry.state.selected_options);
  const node = h("details", { class: "multi", data: hooks(element, around) }, summary);
  const item = (option) => h("label", { class: "choice" },
    h("input", {
      type: "checkbox", checked: entry.state.selected_options.some((one) => sameOption(one, option)), data: { value: option.value },
      on: {
        change: (event) => {
          const others = entry.state.selected_options.filter((one) => !sameOption(one, option));
          const next = event.target.checked ? [...others, option] : others;
          if (element.max_selected_items && next.length > element.max_selected_items) { event.target.checked = false; return; }
          entry.state.selected_options = all.filter((one) => next.some((other) => sameOption(one, other)));
          write();
        },
      },
    }), h("span", null, plain(option.text), option.description ? h("small", null, plain(option.description)) : null));
  const choices = h("div", { class: "choices", role: "group" });
  if (element.option_groups) for (const group of element.option_groups) choices.append(h("p", { class: "list-title" }, bare(group.label)), ...group.options.map(item));
  else choices.append(...all.map(item));
  node.append(choices);
  node.addEventListener("toggle", () => {
    // Near the lower edge the list would open behind the composer.
    if (node.open) choices.scrollIntoView({ block: "nearest" });
    if (node.open || !sends(around)) return;
    const now = JSON.stringify(entry.state.selected_options);
    if (now !== sent && node.isConnected) { sent = now; around.act(node, element, { selected_options: entry.state.selected_options }); }
  });
  node.addEventListener("keydown", (event) => { if (event.key === "Escape" && node.open) { event.preventDefault(); event.stopPropagation(); node.open = false; summary.focus(); } });
  node.addEventListener("focusout", (event) => { if (event.relatedTarget && !node.contains(event.relatedTarget)) node.open = false; });
  write();
  queueMicrotask(write);
  return node;
}

document.addEventListener("pointerdown", (event) => {
  for (const node of document.querySelectorAll("details.multi[open]")) if (!node.contains(event.target)) node.open = false;
});

function choiceList(element, around, { many }) {
  const all = optionsOf(element);
  const field = many ? "selected_options" : "selected_option";
  const entry = around.answers.enter(around.block, element, many ? { selected_options: element.initial_options || [] } : { selected_option: element.initial_option || null });
  const group = freshId("choice");
  const on = (option) => (many ? entry.state.selected_options.some((one) => sameOption(one, option)) : sameOption(entry.state.selected_option, option));
  const node = h("div", { class: "choice-list", role: many ? "group" : "radiogroup", ...labelled(element, around), data: hooks(element, around) });
  if (many) node.removeAttribute("aria-required");
  for (const option of all) {
    node.append(h("label", { class: "choice" },
      h("input", {
        type: many ? "checkbox" : "radio", name: group, value: option.value, checked: on(option), data: { value: option.value },
        on: {
          change: (event) => {
            const before = entry.state[field];
            if (many) {
              const others = before.filter((one) => !sameOption(one, option));
              const next = event.target.checked ? [...others, option] : others;
              entry.state.selected_options = all.filter((one) => next.some((other) => sameOption(one, other)));
            } else entry.state.selected_option = option;
            if (!sends(around)) return;
            around.act(event.target, element, { [field]: entry.state[field] }).then((went) => {
              if (went !== false) return;
              entry.state[field] = before;
              for (const input of node.querySelectorAll("input")) input.checked = on(all.find((one) => one.value === input.value));
            });
          },
        },
      }), h("span", null, words(option.text), option.description ? h("small", null, words(option.description)) : null)));
  }
  return node;
}

function overflow(element, around) {
  const menuId = freshId("menu");
  const menu = h("div", { class: "menu", role: "menu", id: menuId, hidden: true, "aria-label": element.accessibility_label || say("moreActions") });
  const opener = h("button", {
    type: "button", class: "button default overflow", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": menuId,
    "aria-label": element.accessibility_label || say("moreActions"),
  }, icon("more"));
  const node = h("span", { class: "overflow-wrap", data: hooks(element, around) }, opener, menu);
  const shut = (refocus) => { menu.hidden = true; opener.setAttribute("aria-expanded", "false"); if (refocus) opener.focus(); };
  for (const option of element.options || []) {
    menu.append(h("button", {
      type: "button", role: "menuitem", tabindex: "-1", data: { value: option.value ?? "" },
      on: {
        click: () => {
          shut(true);
          const address = followable(option.url);
          if (address) window.open(address, "_blank", "noopener,noreferrer");
          around.act(opener, element, { selected_option: option });
        },
      },
    }, plain(option.text)));
  }
  const items = () => [...menu.children];
  opener.addEventListener("click", () => {
    if (!menu.hidden) { shut(true); return; }
    menu.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    items()[0].focus();
  });
  menu.addEventListener("keydown", (event) => {
    const at = items().indexOf(document.activeElement);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items().length - 1 }[event.key];
    if (go !== undefined) { event.preventDefault(); items().at(go % items().length).focus(); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(true); }
    else if (event.key === "Tab") shut(false);
  });
  node.addEventListener("focusout", (event) => { if (!node.contains(event.relatedTarget)) shut(false); });
  return node;
}

function textInput(element, around) {
  const entry = around.answers.enter(around.block, element, { value: element.initial_value || null });
  const most = element.max_length || null;
  const counter = most ? h("span", { class: "counter", "aria-hidden": "true" }) : null;
  const warning = most ? h("span", { class: "sr", "aria-live": "polite" }) : null;
  const write = () => {
    if (!most) return;
    const left = most - [...node.value].length;
    counter.textContent = `${number([...node.value].length)} / ${number(most)}`;
    counter.classList.toggle("near", left <= Math.min(20, most / 10));
    if (left <= 20 && document.activeElement === node) warning.textContent = say("charactersLeft", { count: number(left) });
  };
  const dispatches = sends(around);
  const events = (element.dispatch_action_config && element.dispatch_action_config.trigger_actions_on) || ["on_enter_pressed"];
  let waiting = null;
  const node = h(element.multiline ? "textarea" : "input", {
    class: "field", type: element.multiline ? null : "text", rows: element.multiline ? "4" : null, maxlength: most, autocomplete: "off",
    ...labelled(element, around), placeholder: bare(element.placeholder) || null, data: hooks(element, around),
    on: {
      input: () => {
        entry.state.value = node.value === "" ? null : node.value;
        write();
        if (dispatches && events.includes("on_character_entered")) { clearTimeout(waiting); waiting = setTimeout(() => around.act(node, element, { value: node.value }), 300); }
      },
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing || element.multiline) return;
        if (dispatches && events.includes("on_enter_pressed")) { event.preventDefault(); around.act(node, element, { value: node.value }); }
      },
    },
  });
  node.value = entry.state.value || "";
  write();
  return counter ? h("div", { class: "counted" }, node, counter, warning) : node;
}

function moment(element, around, kind) {
  const field = kind === "date" ? "selected_date" : "selected_time";
  const entry = around.answers.enter(around.block, element, { [field]: element[`initial_${kind}`] || null });
  let waiting = null;
  let sent = entry.state[field];
  const send = () => {
    clearTimeout(waiting);
    if (!sends(around) || entry.state[field] === sent || !entry.state[field] || !node.isConnected) return;
    sent = entry.state[field];
    around.act(node, element, { [field]: sent });
  };
  const node = h("input", {
    type: kind, class: "field moment", ...labelled(element, around), data: hooks(element, around),
    on: {
      // Typed digit by digit the value changes on the way: wait until it rests.
      change: () => { entry.state[field] = node.value || null; clearTimeout(waiting); waiting = setTimeout(send, 700); },
      blur: send,
      keydown: (event) => { if (event.key === "Enter") send(); },
    },
  });
  node.value = entry.state[field] || "";
  return node;
}

function usersSelect(element, around) {
  const entry = around.answers.enter(around.block, element, { selected_user: element.initial_user || null });
  const write = () => { field.input.value = entry.state.selected_user ? nameOf(entry.state.selected_user) : ""; };
  const shut = () => { field.list.hidden = true; field.input.setAttribute("aria-expanded", "false"); };
  const field = finder({
    heading: false, label: bare(element.placeholder) || say("choosePerson"), selected: () => entry.state.selected_user,
    inputProps: { class: "field", ...labelled(element, around) }, listProps: { hidden: true },
    picked: (one) => {
      const before = entry.state.selected_user;
      entry.state.selected_user = one.id;
      write();
      shut();
      if (sends(around)) around.act(field.input, element, { selected_user: one.id }).then((went) => { if (went === false) { entry.state.selected_user = before; write(); } });
    },
  });
  Object.assign(field.box.dataset, Object.fromEntries(Object.entries(hooks(element, around)).filter(([, value]) => value !== null)));
  field.box.classList.add("floating");
  write();
  field.input.addEventListener("focus", () => field.input.select());
  const open = () => { field.list.hidden = false; setTimeout(() => { if (!field.list.hidden) field.list.scrollIntoView({ block: "nearest" }); }, 160); };
  field.input.addEventListener("input", () => { open(); if (!field.input.value) entry.state.selected_user = null; });
  field.input.addEventListener("click", () => { open(); if (!field.list.children.length) { const kept = field.input.value; field.input.value = ""; field.open(); field.input.value = kept; } });
  field.input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && field.list.hidden) open();
    if (event.key === "Escape" && !field.list.hidden) { event.preventDefault(); event.stopPropagation(); shut(); write(); }
  });
  field.input.addEventListener("blur", () => { shut(); write(); });
  return field.box;
}

/** Draw one element. `around` says where it stands: {block, answers, act, input, dispatch, optional, labelId, describedBy}. */
export function element(one, around) {
  switch (one.type) {
    case "button": return button(one, around);
    case "static_select": return staticSelect(one, around);
    case "multi_static_select": return multiSelect(one, around);
    case "radio_buttons": return choiceList(one, around, { many: false });
    case "checkboxes": return choiceList(one, around, { many: true });
    case "overflow": return overflow(one, around);
    case "plain_text_input": return textInput(one, around);
    case "datepicker": return moment(one, around, "date");
    case "timepicker": return moment(one, around, "time");
    case "users_select": return usersSelect(one, around);
    default: return h("span", { class: "unknown" }, say("unknownBlock", { type: one.type }));
  }
}

const empty = (state) => !state || [state.value, state.selected_option, state.selected_date, state.selected_time, state.selected_user].every((one) => one === undefined || one === null || one === "")
  && (!state.selected_options || !state.selected_options.length);

/** What is wrong with the answers to the input blocks, before asking anybody: {block: sentence}. */
export function missing(blocks, answers) {
  const wrong = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const asked = block.element;
    const state = answers.state(block.block_id, asked.action_id);
    if (empty(state)) { if (!block.optional) wrong[block.block_id] = say("required"); continue; }
    if (asked.type !== "plain_text_input") continue;
    const length = [...(state.value || "")].length;
    if (!block.optional && !state.value.trim()) wrong[block.block_id] = say("required");
    else if (asked.min_length && length < asked.min_length) wrong[block.block_id] = say("tooShort", { count: number(asked.min_length) });
    else if (asked.max_length && length > asked.max_length) wrong[block.block_id] = say("tooLong", { count: number(asked.max_length) });
  }
  return wrong;
}
