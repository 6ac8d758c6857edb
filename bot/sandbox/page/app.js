// The page: who one is, where one looks, and keeping both up to date with the workspace.

import { byId, h, icon, keepingFocus, stableIndex } from "./dom.js";
import * as api from "./api.js";
import { Answers } from "./elements.js";
import { blocks } from "./blocks.js";
import { Modal, ask, refusal, toast } from "./dialogs.js";
import { channelMention, mrkdwn } from "./text.js";
import { face, isApp, name, nameOf, person, remember, rememberWorkspace, switcher } from "./people.js";
import { choose, city, has, moment, namedDay, dayKey, number, say, shortMoment, speakTo, time, unread } from "./words.js";
import { Composer } from "./composer.js";

const HOME = "home";
const GROUP_SECONDS = 300;
const SHOWN_AT_FIRST = 150;

const here = { as: null, place: null, state: null, sequence: 0, shown: SHOWN_AT_FIRST };
let asked = 0;

// ---- the address: #as=U…&in=C…

function address(as, place) {
  return `#as=${encodeURIComponent(as)}&in=${encodeURIComponent(place)}`;
}

function wanted() {
  const said = new URLSearchParams(location.hash.slice(1));
  return { as: said.get("as"), place: said.get("in") };
}

function go(as, place) {
  const next = address(as, place);
  if (location.hash !== next) location.hash = next; else arrive();
}

const dm = () => here.state.dm.id;
const channels = () => here.state.channels || [];
const channelOf = (id) => channels().find((one) => one.id === id);
const isDirect = (place) => place === "dm" || place === dm();
channelMention.known = (id) => here.state && channelOf(id);
channelMention.address = (id) => address(here.as, id);

// ---- arriving somewhere, as somebody

async function arrive() {
  const turn = asked += 1;
  const aim = wanted();
  const another = aim.as !== here.as || !here.state;
  let unreadThere = here.state;
  if (another) {
    const state = await api.state(aim.as || "");
    if (turn !== asked) return;
    if (!state || state.ok === false || !state.me) {
      if (state && state.error === "unreachable") { offline(true); setTimeout(() => { if (turn === asked) arrive(); }, 1500); return; }
      const first = await firstPerson(state);
      if (turn !== asked) return;
      if (first && first !== aim.as) { history.replaceState(null, "", address(first, aim.place || "dm")); arrive(); return; }
      offline(true);
      setTimeout(() => { if (turn === asked) arrive(); }, 1500);
      return;
    }
    modal.forget();
    byId("toasts").replaceChildren();
    here.as = state.me.id;
    here.homeView = undefined;
    unreadThere = structuredClone(state);
    take(state);
    here.sequence = state.sequence;
    speakTo(state.me);
    listen();
    modal.refresh();
  }
  let place = aim.place || "dm";
  if (place !== HOME && !isDirect(place) && !channelOf(place)) place = "dm";
  if (isDirect(place)) place = dm();
  here.place = place;
  const open = place === HOME ? 0 : (isDirect(place) ? unreadThere.dm : unreadThere.channels.find((one) => one.id === place)).unread || 0;
  seen();
  here.shown = SHOWN_AT_FIRST;
  history.replaceState(null, "", address(here.as, place));
  drawFrame();
  clearLog();
  if (place === HOME) await openHome();
  else {
    if (isDirect(place)) api.home(here.as, "messages");
    await readMessages({ toEnd: true, unread: open });
  }
  document.body.classList.remove("starting");
}

async function firstPerson(state) {
  const [first] = (state && state.people) || (await api.people("")).people || [];
  return first ? first.id : null;
}

function take(state) {
  here.state = state;
  seen();
  rememberWorkspace(state);
  setClock(state.clock);
}

/** What is in front of the reader is read. */
function seen() {
  const one = isDirect(here.place) ? here.state.dm : channelOf(here.place);
  if (one) one.unread = 0;
}

let freshening = null;
/** Ask for the side bar's numbers again, soon and once. */
function freshen() {
  freshening ??= setTimeout(async () => {
    freshening = null;
    const as = here.as;
    const state = await api.state(as);
    if (as !== here.as || !state || !state.me) return;
    take(state);
    drawSidebar();
    drawButtons();
  }, 120);
}

// ---- frame: side bar, heading

function drawFrame() {
  const { team, me, app } = here.state;
  byId("team-name").textContent = team.name;
  byId("team-mark").textContent = [...team.name][0] || "·";
  byId("team-mark").className = `team-mark tint-${stableIndex(team.id || team.name, 10)}`;
  byId("me-avatar").replaceChildren(face(me.id));
  byId("me-name").textContent = nameOf(me.id);
  byId("me-title").textContent = me.title || "";
  byId("person-switch").setAttribute("aria-label", `${say("bePerson")}: ${nameOf(me.id)}`);
  drawSidebar();
  drawButtons();
  drawClock();
  const channel = channelOf(here.place);
  const home = here.place === HOME;
  const direct = isDirect(here.place);
  byId("place-title").replaceChildren(...(channel ? [icon(channel.is_private ? "lock" : "channel"), channel.name] : [face(app.bot_user || app.id, { size: "small" }), app.name]));
  byId("place-topic").textContent = channel ? channel.topic || "" : "";
  byId("place-topic").title = byId("place-topic").textContent;
  byId("place-tabs").replaceChildren(...(channel ? [] : [
    h("a", { href: address(here.as, HOME), "aria-current": home ? "page" : null, data: { testid: "home-tab" } }, say("home")),
    h("a", { href: address(here.as, dm()), "aria-current": direct ? "page" : null, data: { testid: "messages-tab" } }, say("direct")),
  ]));
  byId("log-wrap").hidden = home;
  byId("home").hidden = !home;
  byId("home").setAttribute("aria-label", `${app.name}: ${say("home")}`);
  composer.stand({
    shown: !home, key: `${here.as}:${here.place}`, name: channel ? `#${channel.name}` : app.name,
    member: !channel || channel.member !== false, commands: commands(), app,
  });
  drawTitle();
}

const commands = () => (here.state.app.commands || []).map((command) => ({ name: command }));

function placeLink({ id, sign, text, count, testid, extra = {} }) {
  return h("li", { data: { key: id } }, h("a", {
    href: address(here.as, id), class: count ? "unread" : "", "aria-current": here.place === id ? "page" : null,
    "aria-label": count ? `${text}, ${unread(count)}` : null,
    data: { testid, channel: id, unread: count || 0, ...extra },
  }, sign, h("span", { class: "label" }, text), count ? h("span", { class: "badge", "aria-hidden": "true", data: { testid: "unread" } }, count > 99 ? "99+" : number(count)) : null));
}

function drawSidebar() {
  const { app, dm: direct } = here.state;
  const group = (title, links) => [h("h2", null, title), h("ul", null, links)];
  const channelLink = (one) => placeLink({ id: one.id, sign: icon(one.is_private ? "lock" : "channel"), text: one.name, count: one.unread, testid: "channel-link" });
  const mine = channels().filter((one) => one.member !== false);
  const others = channels().filter((one) => one.member === false);
  const nav = byId("places");
  const active = nav.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  nav.replaceChildren(
    ...group(app.name, [
      placeLink({ id: HOME, sign: icon("home"), text: say("home"), count: 0, testid: "home-link" }),
      placeLink({ id: dm(), sign: icon("chat"), text: say("direct"), count: direct.unread, testid: "dm-link" }),
    ]),
    ...(mine.length ? group(say("channels"), mine.map(channelLink)) : []),
    ...(others.length ? group(say("otherChannels"), others.map(channelLink)) : []),
  );
  if (active) { const again = nav.querySelector(`a[href="${CSS.escape(active)}"]`); if (again) again.focus({ preventScroll: true }); }
  drawTitle();
}

function unreadElsewhere() {
  return channels().reduce((sum, one) => sum + (one.unread || 0), here.state.dm.unread || 0);
}

function drawTitle() {
  const count = unreadElsewhere();
  const channel = channelOf(here.place);
  const what = channel ? `#${channel.name}` : here.place === HOME ? `${here.state.app.name} – ${say("home")}` : here.state.app.name;
  document.title = `${count ? `(${count}) ` : ""}${what} · ${here.state.team.name}`;
  byId("drawer-dot").hidden = !count;
}

// ---- messages

const log = byId("log");
const sheet = h("div", { class: "log-sheet" });
log.append(sheet);
let answersOf = new Map();
let lastRows = [];
let reading = 0;
let homeAnswers = null;

function clearLog() {
  answersOf = new Map();
  stuck = true;
  aimed = null;
  sheet.replaceChildren();
  lastRows = [];
  byId("newer").hidden = true;
  byId("home").replaceChildren();
  homeAnswers = null;
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 48;
// Whether the reader is at the end and wants to stay there, whatever grows above.
let stuck = true;
function toEnd() { stuck = true; aimed = null; log.scrollTop = log.scrollHeight; byId("newer").hidden = true; }

// A row whose top is being kept in sight for a moment, while what was drawn still grows.
let aimed = null;
function keepAim() { log.scrollTop += aimed.getBoundingClientRect().top - log.getBoundingClientRect().top - 8; }

/** Show the end, or, where what begins at this row is taller than the window, its beginning. */
function showFrom(node) {
  if (!node || sheet.getBoundingClientRect().bottom - node.getBoundingClientRect().top <= log.clientHeight - 24) { toEnd(); return; }
  stuck = false;
  aimed = node;
  keepAim();
  setTimeout(() => { if (aimed === node) aimed = null; }, 500);
}

/** The row of the first message not read yet; of the last one, where all are. */
function firstUnread(messages, rows, count) {
  let at = messages.length - 1;
  for (let left = count, i = at; i >= 0 && left > 0; i -= 1) if (authorOf(messages[i]) !== here.as) { at = i; left -= 1; }
  const row = messages[at] && rows.find((one) => one.key === rowKey(messages[at]));
  return row ? row.node : rows[0].node;
}

async function readMessages({ toEnd: end = false, unread: count = null } = {}) {
  const turn = reading += 1;
  const { as, place } = here;
  if (place === HOME) return;
  log.setAttribute("aria-busy", "true");
  const answer = await api.messages(as, place);
  if (turn !== reading || as !== here.as || place !== here.place) return;
  log.removeAttribute("aria-busy");
  if (answer.ok === false) { if (answer.error !== "unreachable") toast(refusal(answer), { kind: "error" }); return; }
  remember(answer.people || []);
  seen();
  drawMessages(answer.messages || [], { end, opening: count });
}

let rereading = null;
function reread() { rereading ??= setTimeout(() => { rereading = null; readMessages(); }, 30); }

function authorOf(message) { return message.user || message.bot_id || ""; }

const rowKey = (message) => `${message.ts}${message.ephemeral ? "-only-you" : ""}`;

function drawMessages(messages, { end = false, opening = null } = {}) {
  const wasAtEnd = end || stuck;
  const rows = [];
  const from = Math.max(0, messages.length - here.shown);
  let before = null;
  if (from > 0) rows.push({ key: "earlier", written: `earlier ${from}`, draw: earlier });
  for (const message of messages.slice(from)) {
    const seconds = Number(message.ts);
    const days = dayKey(seconds);
    if (!before || dayKey(Number(before.ts)) !== days) { rows.push({ key: `day-${days}`, written: namedDay(seconds, clock.now), draw: () => dayRow(seconds) }); before = null; }
    const follows = before && !(message.blocks || []).length && authorOf(before) === authorOf(message) && !before.ephemeral === !message.ephemeral && seconds - Number(before.ts) < GROUP_SECONDS;
    rows.push({ key: rowKey(message), written: JSON.stringify([message, Boolean(follows), here.as]), draw: () => messageRow(message, follows) });
    before = message;
  }
  if (!messages.length) rows.push({ key: "empty", written: `empty ${here.place}`, draw: emptyRow });

  const anchor = wasAtEnd ? null : anchorRow();
  const lastKey = lastRows.length ? lastRows[lastRows.length - 1].key : null;
  const old = new Map(lastRows.map((row) => [row.key, row]));
  keepingFocus(log, () => {
    const nodes = rows.map((row) => {
      const same = old.get(row.key);
      row.node = same && same.written === row.written ? same.node : row.draw();
      row.node.dataset.key = row.key;
      return row.node;
    });
    // Touch only what differs, so that nothing flickers and screen readers hear only what is new.
    let at = sheet.firstChild;
    for (const node of nodes) {
      if (node === at) at = at.nextSibling;
      else {
        const replaced = at && !nodes.includes(at) ? at : null;
        sheet.insertBefore(node, at);
        if (replaced) { at = replaced.nextSibling; replaced.remove(); }
      }
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  });
  lastRows = rows;
  const kept = new Set(rows.map((row) => row.key));
  for (const key of answersOf.keys()) if (!kept.has(key)) answersOf.delete(key);

  if (opening !== null) showFrom(firstUnread(messages, rows, opening));
  else if (wasAtEnd) {
    const fresh = rows.findIndex((row) => !old.has(row.key) && !row.key.startsWith("day-"));
    if (fresh >= 0) showFrom(rows[fresh].node); else toEnd();
  } else {
    if (anchor) { const again = rows.find((row) => row.key === anchor.key); if (again) log.scrollTop += again.node.getBoundingClientRect().top - anchor.top; }
    if (lastKey && rows.length && rows[rows.length - 1].key !== lastKey && rows[rows.length - 1].key > lastKey) {
      if (byId("newer").hidden) byId("newer").dataset.from = rows[rows.findIndex((row) => row.key === lastKey) + 1].key;
      byId("newer").hidden = false;
    }
  }
}

function anchorRow() {
  const top = log.getBoundingClientRect().top;
  for (const row of lastRows) {
    if (row.key === "earlier") continue;
    const box = row.node.getBoundingClientRect();
    if (box.bottom > top) return { key: row.key, top: box.top };
  }
  return null;
}

function earlier() {
  return h("div", { class: "earlier" }, h("button", { type: "button", class: "button default", data: { testid: "earlier" }, on: { click: () => { here.shown += SHOWN_AT_FIRST; readMessages(); } } }, say("earlier")));
}

function dayRow(seconds) {
  return h("div", { class: "day", role: "separator", "aria-label": namedDay(seconds, clock.now) }, h("span", { "aria-hidden": "true" }, namedDay(seconds, clock.now)));
}

function emptyRow() {
  const { app } = here.state;
  const [command] = commands();
  const direct = isDirect(here.place);
  const member = direct || (channelOf(here.place) || {}).member;
  return h("div", { class: "empty" },
    direct ? face(app.bot_user || app.id, { size: "large" }) : h("span", { class: "empty-sign", "aria-hidden": "true" }, icon("channel")),
    h("p", { class: "empty-title" }, direct ? say("emptyDirect", { app: app.name }) : say("emptyChannel")),
    command && member ? h("p", null, say("emptyTry", { command: command.name })) : null,
    member && (here.state.buttons || []).length ? h("p", null, say("emptyTime")) : null);
}

function messageRow(message, follows) {
  const author = authorOf(message);
  const bot = isApp(author) || Boolean(message.bot_id) || (person(author) || {}).is_bot;
  const key = rowKey(message);
  if (!answersOf.has(key)) answersOf.set(key, new Answers());
  const answers = answersOf.get(key);
  const act = (node, block, element, used) => send(node, { channel: here.place, ts: message.ts }, block, element, used, answers);
  const edited = message.edited ? h("span", { class: "edited", title: shortMoment(typeof message.edited === "object" ? message.edited.ts : message.edited) }, `(${say("edited")})`) : null;
  const body = (message.blocks || []).length
    ? blocks(message.blocks, { surface: "message", answers, act })
    : h("div", { class: "text" }, mrkdwn(message.text), follows && edited ? [" ", edited] : null);
  const stamp = h("time", { class: "stamp", title: moment(message.ts), datetime: new Date(Number(message.ts) * 1000).toISOString() }, time(message.ts));
  return h("article", {
    class: `message${follows ? " follows" : ""}${message.ephemeral ? " ephemeral" : ""}${author === here.as ? " own" : ""}`, tabindex: "-1",
    data: { testid: "message", ts: message.ts, user: author, ephemeral: message.ephemeral ? "true" : null },
  },
  h("div", { class: "gutter" }, follows ? stamp : face(author)),
  h("div", { class: "message-body" },
    follows ? h("span", { class: "sr" }, name(author), ", ", time(message.ts))
      : h("p", { class: "byline" }, h("strong", null, name(author)), bot ? h("span", { class: "app-badge" }, say("appBadge")) : null, stamp, edited),
    message.ephemeral ? h("p", { class: "whisper" }, icon("eye"), say("onlyYou")) : null,
    body));
}

// ---- actions

/** Send what an element was used for; false when it was not done, so that the element can go back. */
async function send(node, container, block, element, used, answers) {
  if (node.getAttribute("aria-busy") === "true") return false;
  if (element.confirm) {
    const agreed = await ask(element.confirm);
    if (node.isConnected) node.focus({ preventScroll: true });
    if (!agreed) return false;
  }
  node.setAttribute("aria-busy", "true");
  const as = here.as;
  const body = { as, container, block_id: block, action_id: element.action_id, ...used };
  if (element.confirm) body.confirmed = true;
  const values = answers.values();
  if (Object.keys(values).length) body.values = values;
  const answer = await api.act(body);
  node.removeAttribute("aria-busy");
  if (answer && answer.ok) return true;
  if (as === here.as) toast(refusal(answer), { kind: "error" });
  if (!container.view) reread();
  return false;
}

const modal = new Modal({ who: () => here.as, act: send });

// ---- Home

let homeDrawn = "";

async function openHome() {
  const as = here.as;
  homeDrawn = "";
  drawHome(here.homeView);
  const answer = await api.home(as, "home");
  if (as !== here.as || here.place !== HOME) return;
  if (answer.ok === false) { toast(refusal(answer), { kind: "error" }); drawHome(here.homeView || null); return; }
  if (answer.view) drawHome(answer.view);
  // A home never shown before comes a moment after the app has heard of the visit.
  else if (!here.homeView) setTimeout(() => { if (as === here.as && here.place === HOME && !here.homeView) drawHome(null); }, 1500);
}

function drawHome(view) {
  const root = byId("home");
  here.homeView = view;
  const written = JSON.stringify([view ? { ...view, state: null } : null, here.as, view === undefined]);
  if (written === homeDrawn) return;
  homeDrawn = written;
  const scrolled = root.scrollTop;
  if (view && !homeAnswers) {
    homeAnswers = new Answers({ lasting: true });
    homeAnswers.resume(view.blocks, view.state && view.state.values);
  }
  keepingFocus(root, () => {
    if (view === undefined) root.replaceChildren(h("div", { class: "empty" }, h("p", { class: "loading" }, say("loading"))));
    else if (!view) root.replaceChildren(h("div", { class: "empty", data: { testid: "home-empty" } }, face(here.state.app.bot_user || here.state.app.id, { size: "large" }), h("p", { class: "empty-title" }, say("emptyHome", { app: here.state.app.name }))));
    else {
      root.replaceChildren(h("div", { class: "home-sheet", data: { testid: "home-sheet" } }, blocks(view.blocks, {
        surface: "home", answers: homeAnswers, act: (node, block, element, used) => send(node, { view: view.id }, block, element, used, homeAnswers),
      })));
    }
  });
  root.scrollTop = scrolled;
}

// ---- clock

const clock = { now: 0, at: 0, flowing: false, moving: false };

function setClock(told) {
  if (!told) return;
  const now = typeof told === "number" ? told : Number(told.now);
  if (!Number.isFinite(now)) return;
  Object.assign(clock, { now, at: performance.now(), flowing: told.mode ? told.mode === "flowing" : clock.flowing });
  drawClock();
}

const nowThere = () => clock.now + (clock.flowing ? (performance.now() - clock.at) / 1000 : 0);

function drawClock() {
  if (!here.state) return;
  const now = nowThere();
  byId("clock").textContent = shortMoment(now);
  byId("clock").dateTime = new Date(now * 1000).toISOString();
  byId("clock").title = moment(now);
  byId("clock-zone").textContent = city();
}
setInterval(() => { if (clock.flowing && !document.hidden) drawClock(); }, 1000);

function drawButtons() {
  const box = byId("clock-buttons");
  const all = here.state.buttons || [];
  box.hidden = !all.length;
  const written = JSON.stringify([all, document.documentElement.lang]);
  if (box.dataset.written === written) return;
  box.dataset.written = written;
  box.replaceChildren(...all.map((one) => h("button", {
    type: "button", class: "clock-button", data: { testid: "clock-button", buttonId: one.id }, "aria-disabled": clock.moving ? "true" : null, on: { click: (event) => press(one, event.currentTarget) },
  }, choose(one.label))));
  fade(box);
}

const fade = (box) => box.classList.toggle("more", box.scrollWidth - box.scrollLeft - box.clientWidth > 6);
byId("clock-buttons").addEventListener("scroll", (event) => fade(event.currentTarget), { passive: true });
new ResizeObserver((entries) => entries.forEach((entry) => fade(entry.target))).observe(byId("clock-buttons"));

async function press(one, node) {
  if (clock.moving) return;
  moving(true, node);
  const answer = await api.press(one.id);
  const state = await api.state(here.as);
  if (state && state.clock) setClock(state.clock);
  moving(false, node);
  const said = answer && (answer.message || answer.notice || answer.text);
  if (!answer || answer.ok === false) toast(said ? choose(said) : answer && has(answer.error) ? say(answer.error) : say("button_failed", { error: (answer && answer.error) || "?" }), { kind: "error" });
  else if (said) toast(choose(said));
  byId("clock-said").textContent = say("timeIsNow", { time: moment(nowThere()) });
}

function moving(on, node) {
  clock.moving = on;
  byId("clock-progress").hidden = !on;
  byId("clockbar").classList.toggle("moving", on);
  for (const button of byId("clock-buttons").children) if (on) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
  if (on) node.setAttribute("aria-busy", "true"); else node.removeAttribute("aria-busy");
  if (on) byId("clock-said").textContent = say("timeMoves");
}

// ---- live

let ear = null;
let wait = null;

function offline(on) {
  byId("offline").hidden = !on;
  byId("offline").textContent = on ? say("offline") : "";
}

/** Follow the changes as this person, for as long as the page is looked at. */
async function listen() {
  if (ear) ear.abort();
  const mine = new AbortController();
  ear = mine;
  let failures = 0;
  const as = here.as;
  while (!mine.signal.aborted) {
    let answer;
    try {
      answer = await api.changes(here.sequence, as, failures ? 0 : 20, mine.signal);
      if (answer.ok === false || !Number.isFinite(answer.sequence)) throw new Error(answer.error);
    } catch {
      if (mine.signal.aborted) return;
      failures += 1;
      if (failures > 1) offline(true);
      await new Promise((go) => { wait = go; setTimeout(go, Math.min(8000, 250 * 2 ** failures)); });
      continue;
    }
    if (mine.signal.aborted) return;
    if (failures || answer.sequence < here.sequence) { failures = 0; offline(false); here.sequence = answer.sequence; await everything(); continue; }
    here.sequence = answer.sequence;
    for (const change of answer.changes || []) heed(change);
  }
}

/** After a gap: nothing shown can be trusted, ask for all of it. */
async function everything() {
  const as = here.as;
  const state = await api.state(as);
  if (as !== here.as || !state || !state.me) return;
  take(state);
  drawSidebar();
  drawButtons();
  modal.refresh();
  if (here.place === HOME) openHome(); else readMessages();
}

function heed(change) {
  switch (change.type) {
    case "message": case "changed": case "deleted": case "ephemeral":
      if (change.channel === here.place) reread();
      if (change.type !== "changed") freshen();
      break;
    case "view": case "view_closed":
      if (!change.user || change.user === here.as) modal.refresh();
      break;
    case "home":
      if (!change.user || change.user === here.as) homeChanged(change);
      break;
    case "clock":
      setClock(change.clock || { now: change.now });
      break;
    case "notice":
      // While a modal waits for the same refusal it says so itself.
      if (!modal.waiting && modal.complaint !== refusal({ error: change.notice })) toast(refusal({ error: change.notice }), { kind: "error" });
      break;
    default:
      freshen();
  }
}

function homeChanged(change) {
  if (!change.content) return;
  here.homeView = change.content;
  if (here.place === HOME) drawHome(change.content);
}

document.addEventListener("visibilitychange", () => {
  if (!here.as) return;
  // A page nobody looks at gives its connection back: a browser has only a few for one address.
  if (document.hidden) { if (ear) ear.abort(); ear = null; } else if (!ear) { everything(); listen(); }
});
addEventListener("online", () => { if (wait) wait(); });

// ---- the drawer of small screens

const narrow = matchMedia("(max-width: 760px)");
function drawer(open, { refocus = true } = {}) {
  const shown = open && narrow.matches;
  document.body.classList.toggle("drawer-shown", shown);
  byId("scrim").hidden = !shown;
  byId("main-column").inert = shown;
  byId("sidebar").inert = narrow.matches && !shown;
  byId("drawer-open").setAttribute("aria-expanded", String(shown));
  if (shown) byId("person-switch").focus(); else if (refocus && narrow.matches) byId("drawer-open").focus();
}
byId("drawer-open").addEventListener("click", () => drawer(true));
byId("drawer-close").addEventListener("click", () => drawer(false));
byId("scrim").addEventListener("click", () => drawer(false));
byId("sidebar").addEventListener("keydown", (event) => { if (event.key === "Escape" && narrow.matches) drawer(false); });
byId("places").addEventListener("click", (event) => {
  if (!event.target.closest("a") || !narrow.matches) return;
  drawer(false, { refocus: false });
  byId("place-title").focus({ preventScroll: true });
});
narrow.addEventListener("change", () => drawer(false, { refocus: false }));

// ---- beginning

const composer = new Composer({
  say: async (text) => {
    const { as, place } = here;
    const answer = await api.say(as, place, text);
    if (as !== here.as) return true;
    if (!answer || answer.ok === false) {
      toast(refusal(answer, { command: (commands()[0] || {}).name || "" }), { kind: "error" });
      return false;
    }
    if (place === here.place) readMessages({ toEnd: true });
    return true;
  },
  join: async () => {
    const { as, place } = here;
    const answer = await api.join(as, place);
    if (answer.ok === false) { toast(refusal(answer), { kind: "error" }); return; }
    const state = await api.state(as);
    if (as !== here.as || !state.me) return;
    take(state);
    drawFrame();
    byId("composer-text").focus();
  },
});

switcher({
  button: byId("person-switch"), panel: byId("person-panel"), current: () => here.as,
  become: (id) => { drawer(false); const kept = here.place === HOME || channelOf(here.place) ? here.place : "dm"; go(id, kept); },
});
byId("newer").addEventListener("click", () => {
  const first = lastRows.find((row) => row.key === byId("newer").dataset.from);
  byId("newer").hidden = true;
  showFrom(first ? first.node : null);
  log.focus({ preventScroll: true });
});
for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) log.addEventListener(kind, () => { aimed = null; }, { passive: true });
log.addEventListener("scroll", () => { stuck = atEnd(); if (stuck) byId("newer").hidden = true; }, { passive: true });
const grown = new ResizeObserver(() => { if (aimed) keepAim(); else if (stuck) toEnd(); });
grown.observe(log);
grown.observe(sheet);
byId("skip").addEventListener("click", (event) => { event.preventDefault(); byId("main").focus(); });
addEventListener("hashchange", arrive);
drawer(false, { refocus: false });
speakTo({ locale: navigator.language, tz: Intl.DateTimeFormat().resolvedOptions().timeZone });
arrive();
