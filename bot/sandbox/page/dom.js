// Small ways to build nodes. Data only ever becomes text or an attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";

function dress(node, props) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") for (const [key, item] of Object.entries(value)) { if (item !== null && item !== undefined) node.dataset[key] = item; }
    else if (name === "value" || name === "checked" || name === "selected" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

function fill(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** h("p", {class: "note"}, "text", node): an element. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  dress(node, props);
  return fill(node, children);
}

/** The same for SVG. */
export function s(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  dress(node, props);
  return fill(node, children);
}

/** One of the signs drawn in index.html. */
export function icon(name) {
  return s("svg", { "aria-hidden": "true", class: "sign" }, s("use", { href: `#i-${name}` }));
}

export const byId = (id) => document.getElementById(id);

let last = 0;
/** An id no other element of the page has. */
export const freshId = (stem) => `${stem}-${++last}`;

/** Only http and https addresses may be followed. */
export function followable(address) {
  return /^https?:\/\//i.test(String(address || "")) ? String(address) : null;
}

/** A link that opens elsewhere, or plain text when the address is not one to follow. */
export function link(address, ...children) {
  const safe = followable(address);
  if (!safe) return h("span", { class: "no-link" }, ...children);
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A colour index that a name keeps for ever. */
export function stableIndex(text, count) {
  let sum = 2166136261;
  for (const char of String(text)) sum = Math.imul(sum ^ char.codePointAt(0), 16777619);
  return (sum >>> 0) % count;
}

// Where the keyboard was inside `root`, in words that survive a redraw.
function focusMark(root) {
  const active = document.activeElement;
  if (!active || active === root || !root.contains(active)) return null;
  const owner = active.closest("[data-action-id]");
  const row = active.closest("[data-key]");
  const mark = { active, key: row && root.contains(row) ? row.dataset.key : null, start: null };
  if (owner && root.contains(owner)) {
    mark.block = owner.dataset.blockId;
    mark.action = owner.dataset.actionId;
    mark.value = (active.dataset && active.dataset.value) ?? owner.dataset.value;
  }
  if (typeof active.selectionStart === "number") mark.start = [active.selectionStart, active.selectionEnd];
  return mark;
}

function focusables(root) {
  return [...root.querySelectorAll("button, input, select, textarea, summary, a[href]")];
}

/** Redraw `root` and leave the keyboard on the same control, or as near to it as what is left allows. */
export function keepingFocus(root, redraw) {
  const mark = focusMark(root);
  redraw();
  if (!mark || document.activeElement === mark.active) return;
  const row = mark.key ? root.querySelector(`[data-key="${CSS.escape(mark.key)}"]`) : root;
  if (!row) return;
  const matches = (node, ...names) => {
    const owner = node.closest("[data-action-id]");
    if (!owner) return false;
    const value = node.dataset.value ?? owner.dataset.value;
    return names.every((name) => (name === "block" ? owner.dataset.blockId === mark.block
      : name === "action" ? owner.dataset.actionId === mark.action : value === mark.value));
  };
  const all = focusables(row).filter((node) => !node.disabled);
  const next = mark.action && (all.find((n) => matches(n, "block", "action", "value"))
    || all.find((n) => matches(n, "action", "value"))
    || all.find((n) => matches(n, "block", "action"))
    || all.find((n) => matches(n, "action"))
    || all.find((n) => matches(n, "block")));
  if (next) {
    next.focus({ preventScroll: true });
    if (mark.start && typeof next.setSelectionRange === "function") {
      try { next.setSelectionRange(...mark.start); } catch { /* date and number fields have no caret */ }
    }
  } else if (row !== root) row.focus({ preventScroll: true });
}
