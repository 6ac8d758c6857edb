// Blocks, drawn one below the other.

import { freshId, h } from "./dom.js";
import { bare, markdown, plain, richText, words } from "./text.js";
import { element } from "./elements.js";
import { chart } from "./chart.js";
import { say } from "./words.js";

// Only pictures of this very workspace may load (the page's policy refuses the others anyway).
function local(address) {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin ? url.href : null;
  } catch { return null; }
}

function image(block, extra = "") {
  const file = block.slack_file;
  const address = local(file ? (file.id ? `/files/${encodeURIComponent(file.id)}` : file.url) : block.image_url);
  return address ? h("img", { src: address, alt: block.alt_text || "", loading: "lazy", class: extra })
    : h("span", { class: `no-image ${extra}`, role: "img", "aria-label": block.alt_text || say("imageElsewhere"), title: say("imageElsewhere") }, block.alt_text || say("imageElsewhere"));
}

function section(block, around) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(h("div", { class: "text" }, words(block.text)));
  if (block.fields) body.append(h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, words(field)))));
  if (!block.accessory) return body;
  const beside = { ...around, fallbackLabel: block.text ? bare(block.text).slice(0, 120) : "" };
  const accessory = block.accessory.type === "image" ? image(block.accessory, "thumb") : element(block.accessory, beside);
  return h("div", { class: `section with-accessory accessory-${block.accessory.type}` }, body, h("div", { class: "accessory" }, accessory));
}

function input(block, around) {
  const labelId = freshId("label");
  const hintId = freshId("hint");
  const errorId = freshId("error");
  const inside = {
    ...around, input: true, dispatch: block.dispatch_action === true, optional: block.optional === true, required: !block.optional,
    labelId, describedBy: `${errorId} ${hintId}`,
  };
  return h("div", { class: "question" },
    h("div", { class: "question-label", id: labelId, on: { click: (event) => { const control = event.currentTarget.parentElement.querySelector("input:not([type=radio]):not([type=checkbox]), textarea, select, summary"); if (control) control.focus(); } } },
      plain(block.label), block.optional ? h("small", null, ` (${say("optional")})`) : null),
    element(block.element, inside),
    h("p", { class: "field-error", id: errorId, data: { testid: "field-error", block: block.block_id } }),
    block.hint ? h("p", { class: "field-hint", id: hintId }, plain(block.hint)) : null);
}

function one(block, around) {
  switch (block.type) {
    case "section": return section(block, around);
    case "header": return h("p", { class: "header", role: "heading", "aria-level": around.surface === "home" ? "2" : "3" }, plain(block.text));
    case "divider": return h("hr");
    case "context": return h("div", { class: "context" }, (block.elements || []).map((item) => (item.type === "image" ? image(item, "tiny") : h("span", { class: "text" }, words(item)))));
    case "actions": return h("div", { class: "actions" }, (block.elements || []).map((item) => element(item, around)));
    case "input": return input(block, around);
    case "rich_text": return h("div", { class: "rich-text" }, richText(block));
    case "markdown": return h("div", { class: "markdown" }, markdown(block.text));
    case "image": return h("figure", { class: "picture" }, block.title ? h("figcaption", null, plain(block.title)) : null, image(block));
    case "data_visualization": return chart(block);
    default: return h("p", { class: "unknown" }, say("unknownBlock", { type: block.type }));
  }
}

/** Draw blocks. `around`: {surface: "message" | "home" | "modal", answers, act(node, block, element, used)}. */
export function blocks(all, around) {
  around.answers.beginDrawing();
  const drawn = (all || []).map((block, at) => {
    const id = block.block_id ?? `block-${at}`;
    const inside = { ...around, block: id, act: (node, used, what) => around.act(node, id, used, what) };
    return h("div", { class: `block ${block.type}-block`, data: { block: id } }, one(block, inside));
  });
  around.answers.endDrawing();
  return drawn;
}
