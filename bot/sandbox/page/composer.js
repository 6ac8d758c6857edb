// The field one writes in: Enter sends, drafts are kept per conversation, commands are offered after a slash.

import { byId, freshId, h } from "./dom.js";
import { say } from "./words.js";

export class Composer {
  #form = byId("composer");
  #field = byId("composer-text");
  #button = byId("composer-send");
  #list = byId("suggest");
  #say;
  #drafts = new Map();
  #key = null;
  #place = {};
  #busy = false;
  #active = -1;

  constructor({ say: send, join }) {
    this.#say = send;
    byId("composer-join").addEventListener("click", join);
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    this.#field.addEventListener("input", () => { this.#fit(); this.#suggest(); });
    this.#field.addEventListener("keydown", (event) => this.#typed(event));
    this.#field.addEventListener("blur", () => this.#unsuggest());
  }

  /** Stand in another conversation: {shown, key, name, member, commands, app}. */
  stand(place) {
    if (this.#key !== place.key) {
      if (this.#key) this.#drafts.set(this.#key, this.#field.value);
      this.#key = place.key;
      this.#field.value = this.#drafts.get(place.key) || "";
    }
    this.#place = place;
    this.#form.hidden = !place.shown;
    const [first] = place.commands;
    const closed = !place.member;
    this.#field.disabled = closed;
    this.#button.disabled = closed;
    this.#field.placeholder = closed ? say("notMember", { name: place.name }) : first ? say(matchMedia("(max-width: 760px)").matches ? "writeShort" : "writeToTry", { name: place.name, command: first.name }) : say("writeTo", { name: place.name });
    this.#field.setAttribute("aria-label", say("composerLabel", { name: place.name }));
    byId("composer-hint").textContent = say("hint");
    byId("composer-join").hidden = !closed;
    byId("composer-join").textContent = say("join");
    byId("composer-send").hidden = closed;
    this.#unsuggest();
    this.#fit();
  }

  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, 180)}px`;
    this.#button.classList.toggle("ready", Boolean(this.#field.value.trim()));
  }

  #typed(event) {
    if (event.isComposing) return;
    const items = [...this.#list.children];
    if (!this.#list.hidden && items.length) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); this.#mark((this.#active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length); return; }
      if (event.key === "Escape") { event.preventDefault(); this.#unsuggest(); return; }
      if (event.key === "Tab" && !event.shiftKey && this.#active >= 0) { event.preventDefault(); this.#take(items[this.#active].dataset.command); return; }
      if (event.key === "Enter" && this.#active >= 0 && items[this.#active].dataset.command !== this.#field.value) { event.preventDefault(); this.#take(items[this.#active].dataset.command); return; }
    }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#send(); }
  }

  #suggest() {
    const text = this.#field.value;
    const found = /^\/\S*$/.test(text) ? this.#place.commands.filter((one) => one.name.startsWith(text) && one.name !== text) : [];
    if (!found.length) { this.#unsuggest(); return; }
    this.#list.setAttribute("aria-label", say("tryCommand", { app: this.#place.app.name }));
    this.#list.replaceChildren(...found.map((one) => h("li", {
      role: "option", id: freshId("command"), data: { command: one.name, testid: "command-option" }, "aria-selected": "false",
      on: { mousedown: (event) => { event.preventDefault(); this.#take(one.name); } },
    }, h("strong", null, one.name), h("small", null, say("tryCommand", { app: this.#place.app.name })))));
    this.#list.hidden = false;
    this.#field.setAttribute("aria-controls", "suggest");
    this.#mark(0);
  }

  #mark(at) {
    this.#active = at;
    [...this.#list.children].forEach((node, index) => { node.classList.toggle("active", index === at); node.setAttribute("aria-selected", String(index === at)); });
    const node = this.#list.children[at];
    if (node) this.#field.setAttribute("aria-activedescendant", node.id); else this.#field.removeAttribute("aria-activedescendant");
  }

  #take(command) {
    this.#field.value = `${command} `;
    this.#unsuggest();
    this.#fit();
    this.#field.focus();
  }

  #unsuggest() {
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#active = -1;
    this.#field.removeAttribute("aria-activedescendant");
    this.#field.removeAttribute("aria-controls");
  }

  async #send() {
    const written = this.#field.value.trim();
    if (!written || this.#busy || this.#field.disabled) return;
    this.#busy = true;
    const key = this.#key;
    this.#unsuggest();
    this.#field.value = "";
    this.#fit();
    this.#form.classList.add("sending");
    this.#button.setAttribute("aria-busy", "true");
    const went = await this.#say(written);
    this.#busy = false;
    this.#form.classList.remove("sending");
    this.#button.removeAttribute("aria-busy");
    // What could not be said is not lost.
    if (!went) {
      if (key === this.#key && !this.#field.value) { this.#field.value = written; this.#fit(); }
      else if (key !== this.#key) this.#drafts.set(key, written);
    }
  }
}
