// The text dialects of messages: mrkdwn, plain text and a little Markdown, turned into nodes.

import { h, link } from "./dom.js";
import { dated } from "./words.js";
import { nameOf } from "./people.js";

const EMOJI = Object.fromEntries(`
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 ok_hand 👌 point_right 👉 point_left 👈 point_up 👆 point_down 👇
eyes 👀 smile 😄 smiley 😃 grinning 😀 grin 😁 slightly_smiling_face 🙂 blush 😊 wink 😉 joy 😂 laughing 😆 relaxed ☺️ heart_eyes 😍 star-struck 🤩 thinking_face 🤔
neutral_face 😐 expressionless 😑 confused 😕 slightly_frowning_face 🙁 white_frowning_face ☹️ disappointed 😞 worried 😟 cry 😢 sob 😭 weary 😩 angry 😠 rage 😡 sweat_smile 😅 sleeping 😴 sunglasses 😎 tired_face 😫 unamused 😒 open_mouth 😮
tada 🎉 sparkles ✨ star ⭐ star2 🌟 fire 🔥 rocket 🚀 bulb 💡 zap ⚡ boom 💥 100 💯 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 dart 🎯 seedling 🌱 herb 🌿 deciduous_tree 🌳 sunny ☀️ cloud ☁️ rainbow 🌈 coffee ☕ gift 🎁 balloon 🎈 confetti_ball 🎊
heart ❤️ green_heart 💚 blue_heart 💙 yellow_heart 💛 purple_heart 💜 orange_heart 🧡
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ ballot_box_with_ballot 🗳️ ballot_box 🗳️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 construction 🚧 sos 🆘 information_source ℹ️ recycle ♻️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 black_circle ⚫ white_circle ⚪ large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥 large_blue_square 🟦 large_orange_square 🟧 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸 large_blue_diamond 🔷
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_forward ▶️ arrow_backward ◀️ arrows_counterclockwise 🔄 repeat 🔁 left_right_arrow ↔️ fast_forward ⏩ double_vertical_bar ⏸️ pause_button ⏸️
calendar 📅 date 📅 spiral_calendar_pad 🗓️ spiral_calendar 🗓️ clock1 🕐 clock3 🕒 clock9 🕘 alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ watch ⌚
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 clipboard 📋 memo 📝 pencil 📝 pencil2 ✏️ page_facing_up 📄 bookmark 🔖 bookmark_tabs 📑 books 📚 book 📖 newspaper 📰 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ package 📦 inbox_tray 📥 outbox_tray 📤 envelope ✉️ email 📧 mailbox 📫 paperclip 📎 pushpin 📌 round_pushpin 📍 link 🔗 scissors ✂️ scroll 📜
mag 🔍 lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ studio_microphone 🎙️ gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ toolbox 🧰 shield 🛡️ scales ⚖️ balance_scale ⚖️ test_tube 🧪 microscope 🔬 compass 🧭 world_map 🗺️ globe_with_meridians 🌐 robot_face 🤖 computer 💻 telephone_receiver 📞 iphone 📱 battery 🔋 electric_plug 🔌
moneybag 💰 euro 💶 dollar 💵 credit_card 💳 handshake 🤝 busts_in_silhouette 👥 bust_in_silhouette 👤 family 👪 office 🏢 factory 🏭 classical_building 🏛️ school 🏫 mortar_board 🎓 brain 🧠 ear 👂 hand ✋ raised_hand ✋ raising_hand 🙋 v ✌️ crossed_fingers 🤞 writing_hand ✍️ footprints 👣 ladder 🪜 crystal_ball 🔮 checkered_flag 🏁 triangular_flag_on_post 🚩 flag-fr 🇫🇷 flag-gb 🇬🇧 fr 🇫🇷 gb 🇬🇧 us 🇺🇸
zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 new 🆕 ok 🆗 up 🆙 cool 🆒 free 🆓 id 🆔 abc 🔤 1234 🔢 infinity ♾️ bangbang ‼️ interrobang ⁉️ turtle 🐢 snail 🐌 bug 🐛 owl 🦉 dog 🐶 cat 🐱 jigsaw 🧩 puzzle_piece 🧩 art 🎨 mountain ⛰️ beach_with_umbrella 🏖️ palm_tree 🌴 snowflake ❄️ pizza 🍕 cake 🍰 beer 🍺
`.trim().split(/\s+/).reduce((pairs, word, at) => { if (at % 2) pairs[pairs.length - 1].push(word); else pairs.push([word]); return pairs; }, []));

const TONE = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };

/** The picture of an emoji's name, or null when this page does not know it. */
export function picture(name) {
  const [plainName, tone] = String(name).split("::skin-tone-");
  const found = EMOJI[plainName];
  return found ? found + (TONE[tone] || "") : null;
}

function emoji(name) {
  const drawn = picture(name);
  return drawn ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, drawn) : `:${name}:`;
}

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Text written by a plain_text object: emoji names become pictures, nothing else is read. */
export function plain(object) {
  const text = typeof object === "string" ? object : (object && object.text) || "";
  const fragment = document.createDocumentFragment();
  if (object && object.emoji === false) { fragment.append(text); return fragment; }
  let from = 0;
  for (const found of text.matchAll(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g)) {
    const drawn = emoji(found[1]);
    if (typeof drawn === "string") continue;
    fragment.append(text.slice(from, found.index), drawn);
    from = found.index + found[0].length;
  }
  fragment.append(text.slice(from));
  return fragment;
}

/** The same as bare characters, for labels and attributes. */
export function bare(object) {
  const text = typeof object === "string" ? object : (object && object.text) || "";
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => picture(name) || whole);
}

export function mention(id, fallback) {
  const node = h("span", { class: "mention", data: { mention: id } }, "@");
  node.append(h("span", { data: { nameOf: id } }, nameOf(id, fallback)));
  return node;
}

export function channelMention(id, fallback) {
  const channel = channelMention.known(id);
  const name = (channel && channel.name) || fallback || id;
  return channel ? h("a", { class: "mention", href: channelMention.address(id) }, `#${name}`) : h("span", { class: "mention" }, `#${name}`);
}
channelMention.known = () => null;
channelMention.address = () => "#";

const broadcast = (range) => h("span", { class: "mention loud" }, `@${range}`);

function angle(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return mention(target.slice(1), label && unescape(label));
  if (target.startsWith("#")) return channelMention(target.slice(1), label && unescape(label));
  if (target.startsWith("!")) {
    const [name, ...details] = target.slice(1).split("^");
    if (name === "date") {
      const [seconds, pattern, address] = details;
      const words = /^\d+$/.test(seconds || "") ? dated(seconds, unescape(pattern || "{date}")) : unescape(label);
      const node = h("time", { title: unescape(label) }, words);
      return address ? link(unescape(address), node) : node;
    }
    if (name === "subteam") return h("span", { class: "mention" }, unescape(label) || `@${details[0]}`);
    return broadcast(unescape(label).replace(/^@/, "") || name);
  }
  const address = unescape(target);
  if (/^(https?|mailto|tel):/i.test(address)) return link(address, label ? inline(label, { plainOnly: true }) : address);
  return null;
}

const WORD = /[\p{L}\p{N}]/u;
const STYLE = { "*": "strong", _: "em", "~": "s" };

// Where the style opened at `from` closes, or -1: code and <…> in between are stepped over.
function closing(text, mark, from) {
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\n") return -1;
    if (char === "`") { const end = text.indexOf("`", at + 1); if (end > 0) at = end; }
    else if (char === "<") { const end = text.indexOf(">", at + 1); if (end > 0) at = end; }
    else if (char === mark && at > from + 1 && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] || " ")) return at;
  }
  return -1;
}

function inline(text, { plainOnly = false, verbatim = true } = {}) {
  const fragment = document.createDocumentFragment();
  let held = "";
  const flush = () => { if (held) fragment.append(unescape(held)); held = ""; };
  const put = (node) => { flush(); fragment.append(node); };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    const before = text[at - 1] || " ";
    if (char === "`" && !plainOnly) {
      const end = text.indexOf("`", at + 1);
      const code = end > at + 1 ? text.slice(at + 1, end) : "";
      if (code && !code.includes("\n")) { put(h("code", null, unescape(code))); at = end; continue; }
    } else if (char === "<" && !plainOnly) {
      const end = text.indexOf(">", at + 1);
      const node = end > at + 1 ? angle(text.slice(at + 1, end)) : null;
      if (node) { put(node); at = end; continue; }
    } else if (char === ":") {
      const found = /^:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/.exec(text.slice(at, at + 64));
      if (found && picture(found[1])) { put(emoji(found[1])); at += found[0].length - 1; continue; }
    } else if (STYLE[char] && !plainOnly && !WORD.test(before) && before !== char && /\S/.test(text[at + 1] || " ") && text[at + 1] !== char) {
      const end = closing(text, char, at);
      if (end > 0) { put(h(STYLE[char], null, inline(text.slice(at + 1, end), { verbatim }))); at = end; continue; }
    } else if (!verbatim && !plainOnly && char === "h" && !WORD.test(before)) {
      const found = /^https?:\/\/[^\s<>]+[^\s<>.,;:!?)'"*_~]/i.exec(text.slice(at));
      if (found) { put(link(unescape(found[0]), unescape(found[0]))); at += found[0].length - 1; continue; }
    }
    held += char;
  }
  flush();
  return fragment;
}

/** mrkdwn as nodes; line breaks stay characters (the style sheet shows them). */
export function mrkdwn(text, { verbatim = false } = {}) {
  const fragment = document.createDocumentFragment();
  const source = String(text || "");
  source.split(/```/).forEach((part, at, parts) => {
    if (at % 2 === 1 && at < parts.length - 1) {
      fragment.append(h("pre", null, unescape(part.replace(/^\n|\n$/g, ""))));
      return;
    }
    let chunk = at % 2 === 1 ? `\`\`\`${part}` : part;
    if (at > 0 && at % 2 === 0) chunk = chunk.trimStart();
    let quote = [];
    let open = [];
    const endQuote = () => { if (quote.length) fragment.append(h("blockquote", null, inline(quote.join("\n"), { verbatim }))); quote = []; };
    const endOpen = () => { if (open.length) fragment.append(inline(open.join("\n"), { verbatim })); open = []; };
    for (const line of chunk.split("\n")) {
      const found = /^(?:&gt;|>) ?(.*)$/.exec(line);
      if (found) { endOpen(); quote.push(found[1]); } else { endQuote(); open.push(line); }
    }
    endQuote();
    endOpen();
  });
  return fragment;
}

/** A text object of a block: mrkdwn or plain_text. */
export function words(object) {
  if (!object) return document.createDocumentFragment();
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text, { verbatim: object.verbatim === true }) : plain(object);
}

// ---- rich text

function styled(node, style) {
  if (!style) return node;
  let dressed = node;
  if (style.code) dressed = h("code", null, dressed);
  if (style.bold) dressed = h("strong", null, dressed);
  if (style.italic) dressed = h("em", null, dressed);
  if (style.strike) dressed = h("s", null, dressed);
  if (style.underline) dressed = h("u", null, dressed);
  return dressed;
}

function run(element) {
  switch (element.type) {
    case "text": return styled(document.createTextNode(element.text), element.style);
    case "link": return styled(link(element.url, element.text || element.url), element.style);
    case "emoji": {
      if (element.unicode && !picture(element.name)) {
        return h("span", { class: "emoji", role: "img", "aria-label": element.name }, String.fromCodePoint(...element.unicode.split("-").map((code) => parseInt(code, 16))));
      }
      return emoji(element.name);
    }
    case "user": return styled(mention(element.user_id), element.style);
    case "usergroup": return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "channel": return styled(channelMention(element.channel_id), element.style);
    case "broadcast": return broadcast(element.range);
    case "date": return styled(h("time", null, dated(element.timestamp, element.format || "{date}")), element.style);
    case "color": return h("code", null, element.value);
    default: return document.createTextNode(element.text || "");
  }
}

const runs = (elements) => (elements || []).map(run);

export function richText(block) {
  return (block.elements || []).map((part) => {
    switch (part.type) {
      case "rich_text_list": {
        const tag = part.style === "ordered" ? "ol" : "ul";
        const list = h(tag, { class: `list indent-${Math.min(part.indent || 0, 6)}${part.border ? " bordered" : ""}`, start: tag === "ol" && part.offset ? part.offset + 1 : null });
        for (const item of part.elements || []) list.append(h("li", null, runs(item.elements)));
        return list;
      }
      case "rich_text_quote": return h("blockquote", null, runs(part.elements));
      case "rich_text_preformatted": return h("pre", null, runs(part.elements));
      default: return h("p", { class: "rich" }, runs(part.elements));
    }
  });
}

// ---- a little Markdown

function markdownInline(text) {
  const fragment = document.createDocumentFragment();
  const pattern = /(`[^`]+`)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*|__([^_]+)__|(?<![\w*])\*([^*\s][^*]*)\*|(?<![\w_])_([^_\s][^_]*)_(?!\w)|~~([^~]+)~~|:([a-z0-9_+-]+):/g;
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    fragment.append(text.slice(from, found.index));
    from = found.index + found[0].length;
    const [, code, label, address, bold, bold2, italic, italic2, struck, name] = found;
    if (code) fragment.append(h("code", null, code.slice(1, -1)));
    else if (label) fragment.append(link(address, markdownInline(label)));
    else if (bold || bold2) fragment.append(h("strong", null, markdownInline(bold || bold2)));
    else if (italic || italic2) fragment.append(h("em", null, markdownInline(italic || italic2)));
    else if (struck) fragment.append(h("s", null, markdownInline(struck)));
    else fragment.append(emoji(name));
  }
  fragment.append(text.slice(from));
  return fragment;
}

export function markdown(text) {
  const nodes = [];
  const lines = String(text || "").split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*([-*+]|\d+[.)])\s+(.*)$/.exec(line);
    if (/^```/.test(line)) {
      const code = [];
      for (at += 1; at < lines.length && !/^```/.test(lines[at]); at += 1) code.push(lines[at]);
      nodes.push(h("pre", null, code.join("\n")));
    } else if (heading) nodes.push(h("p", { class: "md-heading", role: "heading", "aria-level": Math.min(heading[1].length + 2, 6) }, markdownInline(heading[2])));
    else if (/^\s*([-*_])\s*(\1\s*){2,}$/.test(line)) nodes.push(h("hr"));
    else if (/^>/.test(line)) {
      const quote = [];
      for (; at < lines.length && /^>/.test(lines[at]); at += 1) quote.push(lines[at].replace(/^> ?/, ""));
      at -= 1;
      nodes.push(h("blockquote", null, markdownInline(quote.join("\n"))));
    } else if (item) {
      const ordered = /\d/.test(item[1]);
      const list = h(ordered ? "ol" : "ul", { class: "list", start: ordered && parseInt(item[1], 10) !== 1 ? parseInt(item[1], 10) : null });
      for (; at < lines.length; at += 1) {
        const next = /^\s*([-*+]|\d+[.)])\s+(.*)$/.exec(lines[at]);
        if (!next || /\d/.test(next[1]) !== ordered) break;
        list.append(h("li", null, markdownInline(next[2])));
      }
      at -= 1;
      nodes.push(list);
    } else if (line.trim()) {
      const paragraph = [];
      for (; at < lines.length && lines[at].trim() && !/^(#{1,6}\s|>|```|\s*([-*+]|\d+[.)])\s)/.test(lines[at]); at += 1) paragraph.push(lines[at]);
      at -= 1;
      nodes.push(h("p", { class: "rich" }, markdownInline(paragraph.join("\n"))));
    }
  }
  return nodes;
}

