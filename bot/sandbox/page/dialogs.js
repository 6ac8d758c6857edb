// What opens over the page: the app's modals, questions before an action, and short notices.

import { byId, h, icon, keepingFocus } from "./dom.js";
import * as api from "./api.js";
import { Answers, missing } from "./elements.js";
import { blocks } from "./blocks.js";
import { plain, words } from "./text.js";
import { has, say } from "./words.js";

// ---- notices

/** The sentence for a refusal's code. */
export function refusal(answer, values = {}) {
  const code = (answer && answer.error) || "failed";
  return has(code) ? say(code, values) : say("failed", { error: code });
}

/** Say something short at the foot of the page; the same words are not stacked twice. */
export function toast(text, { kind = "info", seconds = kind === "error" ? 7 : 5 } = {}) {
  const shelf = byId("toasts");
  // A modal makes all outside of it inert, so the shelf moves inside while one is open.
  const home = document.querySelector("dialog[open]") || document.body;
  if (shelf.parentElement !== home) home.append(shelf);
  for (const old of shelf.children) if (old.dataset.said === text) old.remove();
  const note = h("div", { class: `toast ${kind}`, data: { testid: "toast", said: text }, role: kind === "error" ? "alert" : null },
    h("p", null, text), h("button", { type: "button", class: "icon", "aria-label": say("dismiss"), on: { click: () => note.remove() } }, icon("close")));
  shelf.append(note);
  while (shelf.children.length > 2) shelf.firstElementChild.remove();
  let rest = setTimeout(() => note.remove(), seconds * 1000);
  note.addEventListener("pointerenter", () => clearTimeout(rest));
  note.addEventListener("pointerleave", () => { rest = setTimeout(() => note.remove(), 3000); });
}

// ---- a question before an action

export function ask(question) {
  const dialog = byId("confirm");
  return new Promise((answer) => {
    let agreed = false;
    const style = question.style === "danger" ? "danger" : "primary";
    dialog.replaceChildren(
      h("header", { class: "modal-head" }, h("h2", { id: "confirm-title" }, plain(question.title))),
      h("div", { class: "modal-body", id: "confirm-text" }, h("div", { class: "text" }, words(question.text))),
      h("footer", { class: "modal-foot" },
        h("button", { type: "button", class: "button default", data: { testid: "confirm-no" }, on: { click: () => dialog.close() } }, question.deny ? plain(question.deny) : say("cancel")),
        h("button", { type: "button", class: `button ${style}`, data: { testid: "confirm-yes" }, on: { click: () => { agreed = true; dialog.close(); } } }, question.confirm ? plain(question.confirm) : say("yes"))));
    dialog.addEventListener("close", () => { document.body.append(byId("toasts")); answer(agreed); }, { once: true });
    dialog.showModal();
    dialog.querySelector(".modal-foot button").focus();
  });
}

// ---- the app's modals

/** Shows the view on top of a person's stack, whatever becomes of it. `who()` is that person; `act` sends an action. */
export class Modal {
  #dialog = byId("modal");
  #view = null;
  #answers = new Answers({ lasting: true });
  #drawn = "";
  #busy = false;
  #who;
  #act;
  #opener = null;

  constructor({ who, act }) {
    this.#who = who;
    this.#act = act;
    this.#dialog.addEventListener("cancel", (event) => { if (event.target === this.#dialog) { event.preventDefault(); this.dismiss(); } });
    // The browser may close a dialog against our will (Escape twice): the app must still hear of it.
    this.#dialog.addEventListener("close", () => { if (this.#view) this.dismiss(); });
  }

  get waiting() { return this.#busy; }

  /** What it says above its fields, if anything. */
  get complaint() { const place = this.#dialog.querySelector(".form-error"); return place && !place.hidden ? place.textContent : ""; }

  /** Fetch what is on top now and show it. */
  async refresh() {
    const as = this.#who();
    const answer = await api.view(as);
    if (as !== this.#who() || (answer && answer.ok === false)) return;
    this.show(answer && "view" in answer ? answer.view : answer);
  }

  show(view) {
    if (!view || !view.id) { this.#shut(); return; }
    const written = JSON.stringify([{ ...view, state: null }, this.#who()]);
    if (written === this.#drawn && this.#dialog.open) return;
    const another = !this.#view || this.#view.id !== view.id;
    if (another) {
      this.#answers = new Answers({ lasting: true });
      this.#answers.resume(view.blocks || [], view.state && view.state.values);
    }
    if (!this.#view) this.#opener = document.activeElement;
    this.#view = view;
    this.#drawn = written;
    const body = this.#dialog.querySelector(".modal-body");
    const scrolled = !another && body ? body.scrollTop : 0;
    if (another) this.#draw(); else keepingFocus(this.#dialog, () => this.#draw());
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.querySelector(".modal-body").scrollTop = scrolled;
    if (another || !this.#dialog.contains(document.activeElement)) this.#focusFirst();
  }

  #focusFirst() {
    const wanted = this.#dialog.querySelector("[data-focus=load]")
      || this.#dialog.querySelector(".modal-body :is(.question, .actions, .accessory) :is(input, textarea, select, summary, button)")
      || this.#dialog.querySelector(".modal-foot button") || this.#dialog.querySelector("h2");
    wanted.focus();
  }

  #draw() {
    const view = this.#view;
    this.#busy = false;
    const asks = (view.blocks || []).some((block) => block.type === "input");
    const foot = h("footer", { class: "modal-foot" },
      h("button", { type: "button", class: "button default", data: { testid: "modal-close" }, on: { click: () => this.dismiss() } }, view.close ? plain(view.close) : say(view.submit || asks ? "cancel" : "close")),
      view.submit || asks ? h("button", { type: "submit", class: "button primary", data: { testid: "modal-submit" } }, view.submit ? plain(view.submit) : say("submit")) : null);
    const toasts = byId("toasts");
    if (this.#dialog.contains(toasts)) document.body.append(toasts);
    this.#dialog.dataset.viewId = view.id;
    this.#dialog.dataset.callbackId = view.callback_id || "";
    this.#dialog.replaceChildren(
      h("form", { novalidate: true, class: "modal-form", on: { submit: (event) => { event.preventDefault(); this.#submit(); }, input: (event) => this.#forgive(event.target), change: (event) => this.#forgive(event.target) } },
        h("header", { class: "modal-head" },
          h("h2", { id: "modal-title", tabindex: "-1", data: { testid: "modal-title" } }, plain(view.title)),
          h("button", { type: "button", class: "icon", "aria-label": say("close"), title: say("close"), on: { click: () => this.dismiss() } }, icon("close"))),
        h("div", { class: "modal-body" },
          h("p", { class: "form-error", role: "alert", data: { testid: "form-error" }, hidden: true }),
          blocks(view.blocks, { surface: "modal", answers: this.#answers, act: (node, block, element, used) => this.#act(node, { view: view.id }, block, element, used, this.#answers) })),
        foot));
  }

  #complain(errors) {
    let first = null;
    for (const place of this.#dialog.querySelectorAll(".field-error")) {
      const sentence = errors[place.dataset.block] || "";
      place.textContent = sentence;
      const question = place.closest(".question");
      question.classList.toggle("wrong", Boolean(sentence));
      for (const control of question.querySelectorAll("input, textarea, select, summary")) {
        if (sentence) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      }
      if (sentence && !first) first = question.querySelector("input:checked, input, textarea, select, summary");
    }
    const unplaced = Object.entries(errors).filter(([block]) => !this.#dialog.querySelector(`.field-error[data-block="${CSS.escape(block)}"]`)).map(([, sentence]) => sentence);
    this.#say(unplaced.join(" "));
    if (first) first.focus();
  }

  // A complaint goes as soon as its answer is touched.
  #forgive(control) {
    const question = control.closest(".question.wrong");
    if (!question) return;
    question.classList.remove("wrong");
    question.querySelector(".field-error").textContent = "";
    for (const one of question.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  }

  #say(sentence) {
    const place = this.#dialog.querySelector(".form-error");
    if (!place) return;
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  async #submit() {
    if (this.#busy || !this.#view) return;
    const wrong = missing(this.#view.blocks || [], this.#answers);
    this.#complain(wrong);
    if (Object.keys(wrong).length) return;
    const { id } = this.#view;
    const as = this.#who();
    const button = this.#dialog.querySelector("[data-testid=modal-submit]");
    this.#busy = true;
    button.disabled = true;
    button.classList.add("waiting");
    const answer = await api.submit(as, id, this.#answers.values());
    this.#busy = false;
    if (button.isConnected) { button.disabled = false; button.classList.remove("waiting"); }
    if (as !== this.#who()) return;
    if (answer && answer.ok) { await this.refresh(); return; }
    if (!this.#view || this.#view.id !== id) return;
    if (answer && answer.errors) this.#complain(answer.errors);
    else {
      if (answer && answer.error === "view_not_found") await this.refresh();
      this.#say(refusal(answer));
      if (button.isConnected) button.focus();
    }
  }

  async dismiss() {
    if (!this.#view) return;
    const { id } = this.#view;
    const as = this.#who();
    const answer = await api.close(as, id);
    if (as !== this.#who()) return;
    if (answer && answer.ok === false && answer.error === "unreachable") this.#shut();
    else {
      this.#drawn = "";
      await this.refresh();
    }
  }

  #shut() {
    const toasts = byId("toasts");
    if (this.#dialog.contains(toasts)) document.body.append(toasts);
    const had = this.#view;
    this.#view = null;
    this.#drawn = "";
    if (this.#dialog.open) this.#dialog.close();
    this.#dialog.replaceChildren();
    if (had && this.#opener && this.#opener.isConnected) this.#opener.focus({ preventScroll: true });
    this.#opener = null;
  }

  /** Put it away without telling the app: somebody else is in front of the page now. */
  forget() { this.#shut(); }
}

