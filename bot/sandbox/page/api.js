// What the page asks of the workspace. Every refusal comes back as {ok: false, error}; nothing is thrown but by `changes`.

async function ask(path, { body, signal } = {}) {
  const options = body === undefined ? { signal } : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal,
  };
  const response = await fetch(path, { ...options, cache: "no-store" });
  const text = await response.text();
  let answer;
  try { answer = text ? JSON.parse(text) : {}; } catch { answer = {}; }
  if (!response.ok && (answer === null || answer.ok === undefined)) {
    return { ...(answer || {}), ok: false, error: (answer && answer.error) || `HTTP ${response.status}` };
  }
  return answer;
}

async function calmly(path, options) {
  try { return await ask(path, options); } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    return { ok: false, error: "unreachable" };
  }
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "")).toString();

export const state = (as) => calmly(`/api/state?${query({ as })}`);
export const people = (q) => calmly(`/api/people?${query({ q })}`);
export const named = (ids) => calmly(`/api/people?${query({ ids: ids.join(",") })}`);
export const messages = (as, channel) => calmly(`/api/messages?${query({ as, channel })}`);
export const home = (as, tab) => calmly(`/api/home?${query({ as, tab })}`);
export const view = (as) => calmly(`/api/view?${query({ as })}`);
export const changes = (since, as, wait, signal) => ask(`/api/changes?${query({ since, as, wait })}`, { signal });
export const say = (as, channel, text) => calmly("/api/messages", { body: { as, channel, text } });
export const join = (as, channel) => calmly("/api/join", { body: { as, channel } });
export const act = (body) => calmly("/api/actions", { body });
export const submit = (as, id, values) => calmly("/api/view/submit", { body: { as, view: id, values } });
export const close = (as, id) => calmly("/api/view/close", { body: { as, view: id } });
export const press = (id) => calmly(`/api/buttons/${encodeURIComponent(id)}`, { body: {} });
