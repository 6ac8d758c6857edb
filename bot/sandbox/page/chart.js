// Charts of data_visualization blocks: drawn to the width there is, with the figures as a table for whoever cannot see them.

import { freshId, h, s } from "./dom.js";
import { number, percent, say } from "./words.js";

const HEIGHT = 260;

function niceTicks(low, high, count = 4) {
  const span = high - low || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((candidate) => candidate >= rough);
  const first = Math.floor(low / step + 1e-6);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-6));
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

/** The round numbers beside a chart: from zero, or from near the lowest where a line would hardly be seen to move.
    Shares always begin at zero; below 100 % their axis goes on above the highest. */
function axisTicks(numbers, isLine, isShare) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const near = isLine && !isShare && least > most * 0.6 && least < most;
  const low = near ? least - (most - least) * 0.25 : Math.min(0, least);
  const high = near ? most : Math.max(0, most);
  if (!numbers.length || low === high) return niceTicks(0, isShare ? 10 : 1);
  const ticks = niceTicks(low, high);
  const last = ticks[ticks.length - 1];
  if (isShare && isLine && last <= high && last < 100) ticks.push(last + (ticks[1] - ticks[0]));
  return ticks;
}

/** Ticks in as few decimals as tell them apart. */
function tickLabels(ticks) {
  const digits = [0, 1, 2, 3, 4, 5, 6].find((count) => ticks.every((tick) => Math.abs(tick - Number(tick.toFixed(count))) < (ticks[1] - ticks[0]) / 100));
  return ticks.map((tick) => number(tick, digits));
}

const clip = (text, length) => (text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text);

function pie(chart, width) {
  const segments = chart.segments || [];
  const total = segments.reduce((sum, segment) => sum + Number(segment.value), 0) || 1;
  const size = Math.min(220, width);
  const radius = size / 2 - 4;
  const hole = radius * 0.56;
  const point = (turn, distance) => [size / 2 + distance * Math.sin(turn * 2 * Math.PI), size / 2 - distance * Math.cos(turn * 2 * Math.PI)].map((n) => n.toFixed(2)).join(" ");
  const drawing = s("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size, class: "pie" });
  let from = 0;
  segments.forEach((segment, at) => {
    const to = from + Number(segment.value) / total;
    const shape = to - from > 0.9999
      ? s("circle", { cx: size / 2, cy: size / 2, r: (radius + hole) / 2, class: `ring series-${at}`, "stroke-width": radius - hole })
      : s("path", { class: `fill series-${at}`, d: `M${point(from, radius)} A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to, radius)} L${point(to, hole)} A${hole} ${hole} 0 ${to - from > 0.5 ? 1 : 0} 0 ${point(from, hole)} Z` });
    shape.append(s("title", null, `${segment.label}: ${number(segment.value)} (${percent(segment.value / total)})`));
    drawing.append(shape);
    from = to;
  });
  return drawing;
}

function xy(chart, width) {
  const axis = chart.axis_config || {};
  const series = chart.series || [];
  const categories = axis.categories || (series[0] ? series[0].data.map((point) => point.label) : []);
  const value = (one, category, at) => {
    const found = (one.data || []).find((point) => point.label === category) || (one.data || [])[at];
    return found ? Number(found.value) : null;
  };
  const all = series.flatMap((one) => categories.map((category, at) => value(one, category, at))).filter((n) => n !== null && Number.isFinite(n));
  const ticks = axisTicks(all, chart.type === "line", axis.y_label === "%");
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const labels = tickLabels(ticks);
  const left = Math.max(...labels.map((label) => label.length)) * 7 + 14 + (axis.y_label ? 18 : 0);
  const bottom = 30 + (axis.x_label ? 18 : 0);
  const plot = { x: left, y: 14, width: width - left - 12, height: HEIGHT - 14 - bottom };
  const y = (amount) => plot.y + plot.height * (1 - (amount - low) / (high - low || 1));
  const slot = plot.width / Math.max(1, categories.length);
  const bars = chart.type === "bar";
  const x = (at) => (bars || categories.length < 2 ? plot.x + slot * (at + 0.5) : plot.x + 8 + (plot.width - 16) * (at / (categories.length - 1)));

  const drawing = s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT });
  ticks.forEach((tick, at) => {
    drawing.append(s("line", { class: tick === 0 ? "axis" : "grid", x1: plot.x, x2: plot.x + plot.width, y1: y(tick), y2: y(tick) }));
    drawing.append(s("text", { class: "tick", x: plot.x - 8, y: y(tick) + 4, "text-anchor": "end" }, labels[at]));
  });
  const step = slot * (categories.length / Math.max(1, categories.length - (bars ? 0 : 1)));
  // Along a line the last label is the one that matters; bars are all alike, and theirs are rather clipped.
  const room = bars ? 38 : Math.min(90, Math.max(38, ...categories.map((category) => category.length * 7 + 10)));
  const every = Math.max(1, Math.ceil(room / Math.max(step, 1)));
  categories.forEach((category, at) => {
    if ((bars ? at : categories.length - 1 - at) % every) return;
    const anchor = !bars && categories.length > 1 && at === 0 ? "start" : !bars && categories.length > 1 && at === categories.length - 1 ? "end" : "middle";
    const nudge = anchor === "start" ? -8 : anchor === "end" ? 8 : 0;
    drawing.append(s("text", { class: "tick", x: x(at) + nudge, y: plot.y + plot.height + 18, "text-anchor": anchor }, clip(category, Math.max(3, Math.floor((step * every) / 6.6)))));
  });
  if (axis.x_label) drawing.append(s("text", { class: "label", x: plot.x + plot.width / 2, y: HEIGHT - 5, "text-anchor": "middle" }, axis.x_label));
  if (axis.y_label) drawing.append(s("text", { class: "label", transform: `translate(12 ${plot.y + plot.height / 2}) rotate(-90)`, "text-anchor": "middle" }, axis.y_label));

  const told = (one, at) => s("title", null, `${one.name}, ${categories[at]}: ${number(value(one, categories[at], at))}`);
  if (bars) {
    const band = Math.min(slot * 0.72, 34 * Math.max(1, series.length));
    const each = band / Math.max(1, series.length);
    const spoken = each >= 22;
    categories.forEach((category, at) => series.forEach((one, index) => {
      const amount = value(one, category, at);
      if (amount === null) return;
      const top = Math.min(y(amount), y(Math.max(0, low)));
      const tall = Math.abs(y(amount) - y(Math.max(0, low)));
      const from = x(at) - band / 2 + each * index;
      const bar = s("rect", { class: `fill series-${index}`, x: from + 1, width: Math.max(1, each - 2), y: top, height: Math.max(tall, 0.5), rx: Math.min(3, each / 4) });
      bar.append(told(one, at));
      drawing.append(bar);
      if (spoken && number(amount).length * 6.6 <= each + 10) drawing.append(s("text", { class: "value", x: from + each / 2, y: amount < 0 ? top + tall + 13 : top - 4, "text-anchor": "middle" }, number(amount)));
    }));
  } else {
    series.forEach((one, index) => {
      const points = categories.map((category, at) => [x(at), value(one, category, at), at]).filter(([, amount]) => amount !== null && Number.isFinite(amount));
      if (!points.length) return;
      const path = points.map(([px, amount], at) => `${at ? "L" : "M"}${px.toFixed(1)} ${y(amount).toFixed(1)}`).join(" ");
      const ground = y(Math.min(Math.max(0, low), high));
      if (chart.type === "area") drawing.append(s("path", { class: `shade series-${index}`, d: `${path} L${points[points.length - 1][0].toFixed(1)} ${ground} L${points[0][0].toFixed(1)} ${ground} Z` }));
      drawing.append(s("path", { class: `stroke series-${index}`, d: path }));
      for (const [px, amount, at] of points) {
        const dot = s("circle", { class: `dot series-${index}`, cx: px, cy: y(amount), r: 3.4 });
        dot.append(told(one, at));
        drawing.append(dot);
      }
    });
  }
  return drawing;
}

function table(block) {
  const { chart, title } = block;
  if (chart.type === "pie") {
    const total = chart.segments.reduce((sum, segment) => sum + Number(segment.value), 0) || 1;
    return h("table", null, h("caption", { class: "sr" }, title),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, say("category")), h("th", { scope: "col" }, say("total")), h("th", { scope: "col" }, say("share")))),
      h("tbody", null, chart.segments.map((segment) => h("tr", null, h("th", { scope: "row" }, segment.label), h("td", null, number(segment.value)), h("td", null, percent(segment.value / total))))));
  }
  const axis = chart.axis_config || {};
  const series = chart.series || [];
  const categories = axis.categories || (series[0] ? series[0].data.map((point) => point.label) : []);
  return h("table", null, h("caption", { class: "sr" }, title),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, axis.x_label || say("category")), series.map((one) => h("th", { scope: "col" }, one.name)))),
    h("tbody", null, categories.map((category, at) => h("tr", null, h("th", { scope: "row" }, category), series.map((one) => {
      const found = (one.data || []).find((point) => point.label === category) || (one.data || [])[at];
      return h("td", null, found ? number(found.value) : "–");
    })))));
}

function legend(chart) {
  const entries = chart.type === "pie"
    ? (() => { const total = chart.segments.reduce((sum, one) => sum + Number(one.value), 0) || 1; return chart.segments.map((one) => [one.label, `${number(one.value)} · ${percent(one.value / total)}`]); })()
    : (chart.series || []).map((one) => [one.name, ""]);
  if (chart.type !== "pie" && entries.length < 2) return null;
  return h("ul", { class: "legend" }, entries.map(([label, note], at) => h("li", null, h("span", { class: `swatch series-${at}`, "aria-hidden": "true" }), h("span", null, label), note ? h("small", null, note) : null)));
}

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && entry.target.drawnFor !== width) { entry.target.drawnFor = width; entry.target.draw(width); }
  }
});

export function chart(block) {
  const what = block.chart || {};
  const titleId = freshId("chart");
  const canvas = h("div", { class: `canvas ${what.type}` });
  canvas.draw = (width) => {
    const drawing = what.type === "pie" ? pie(what, width) : xy(what, width);
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-labelledby", titleId);
    canvas.replaceChildren(drawing);
  };
  sizes.observe(canvas);
  return h("figure", { class: `chart chart-${what.type}` },
    h("figcaption", { id: titleId }, block.title || ""),
    h("div", { class: "chart-body" }, canvas, legend(what)),
    h("details", { class: "figures" }, h("summary", null, say("asTable")), h("div", { class: "table-wrap" }, table(block))));
}
