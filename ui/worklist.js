// A worklist: chips with counts, rows by the clock, several of them to be ticked, all of it by keyboard. Every text is
// set as text, never as markup.
const DEBOUNCE_MS = 140;
const POLL_MS = 60;
const PATIENCE_MS = 3000;

function el(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const state = (root.anju ??= { chosen: new Set(), open: null, told: null, place: 0 });
  const rows = data.rows, words = data.words;
  const can = new Set(rows.filter((row) => row.can).map((row) => row.number));
  state.chosen = new Set([...state.chosen].filter((number) => can.has(number)));
  const fresh = state.told !== data.open;
  if (fresh) { state.told = data.open; state.open = data.open; }
  // Of the newest drawing: an older one's word is not heard any more.
  root.anjuOpen = (number) => setTriggerValue("open", number);
  const found = rows.findIndex((row) => row.number === state.open);
  if (found >= 0) state.place = found;

  const list = el("div", "list");
  list.setAttribute("role", "listbox");
  const oldList = root.querySelector(".list");
  const scroll = oldList ? oldList.scrollTop : 0;

  const show = (number, wait) => {
    state.open = number;
    state.place = Math.max(0, rows.findIndex((row) => row.number === number));
    for (const one of list.querySelectorAll(".row")) one.classList.toggle("open", one.dataset.number === number);
    list.querySelector(".row.open")?.scrollIntoView({ block: "nearest" });
    clearTimeout(state.timer);
    state.timer = setTimeout(() => root.anjuOpen(number), wait);
  };
  const drawBatch = () => {
    root.querySelector(".batch")?.remove();
    if (!state.chosen.size) return;
    const bar = el("div", "batch");
    bar.append(el("span", "", words.chosen.replace("{n}", state.chosen.size)));
    const none = el("button", "", words.clear), go = el("button", "do", words.batch.replace("{n}", state.chosen.size));
    none.type = go.type = "button";
    none.onclick = () => { state.chosen.clear(); for (const box of list.querySelectorAll("input")) box.checked = false; drawBatch(); };
    go.onclick = batch;
    bar.append(none, go);
    list.after(bar);
  };
  const batch = () => { const many = [...state.chosen]; state.chosen.clear(); setTriggerValue("batch", many); };
  const tick = (number) => {
    if (!can.has(number)) return;
    state.chosen.has(number) ? state.chosen.delete(number) : state.chosen.add(number);
    const box = list.querySelector(`[data-number="${CSS.escape(number)}"] input`);
    if (box) box.checked = state.chosen.has(number);
    drawBatch();
  };

  const chips = el("div", "chips");
  for (const one of data.chips) {
    const chip = el("button", `chip ${one.n ? one.kind : "none"}`, one.label);
    chip.type = "button";
    chip.dataset.chip = one.key;
    chip.title = one.hint;
    chip.setAttribute("aria-pressed", String(one.key === data.chip));
    chip.append(el("b", "", one.n));
    chip.onclick = () => { list.scrollTop = 0; setTriggerValue("chip", one.key); };
    chips.append(chip);
  }

  for (const one of rows) {
    const row = el("div", "row" + (one.number === state.open ? " open" : ""));
    row.setAttribute("role", "option");
    row.dataset.number = one.number;
    const pick = el("label", "pick");
    if (one.can) {
      const box = el("input");
      box.type = "checkbox";
      box.checked = state.chosen.has(one.number);
      box.setAttribute("aria-label", `${words.choose} ${one.number}`);
      box.onchange = () => { state.chosen.has(one.number) ? state.chosen.delete(one.number) : state.chosen.add(one.number); drawBatch(); };
      pick.append(box);
    }
    pick.onclick = (event) => event.stopPropagation();
    const what = el("div", "what"), mark = el("span", `mark s${one.severity}`);
    mark.title = one.grave;
    what.append(mark, one.hazard);
    what.title = `${one.grave} · ${one.hazard}`;
    const clock = el("div", `clock ${one.kind}`, one.clock);
    clock.title = one.exact;
    const where = el("div", "where", one.where);
    where.title = one.address;
    const state_ = el("div", "state");
    for (const tag of one.tags) state_.append(el("span", "tag", tag));
    state_.append(one.state);
    row.append(el("div", "bar"), one.can ? pick : el("div", "pick"), what, clock, where, state_);
    row.onclick = () => show(one.number, 0);
    list.append(row);
  }
  if (!rows.length) {
    const none = el("div", "empty", words.empty);
    none.append(el("small", "", words.empty_hint));
    list.append(none);
  }
  if (data.more) {
    const more = el("button", "more", words.more);
    more.type = "button";
    more.onclick = () => setTriggerValue("more", true);
    list.append(more);
  }
  const box = el("div", "box");
  box.append(list);
  const keys = el("div", "keys");
  for (const [key, word] of data.keys) { keys.append(el("kbd", "", key), ` ${word}  `); }
  root.replaceChildren(chips, box, keys);
  list.scrollTop = scroll;
  if (fresh) list.querySelector(".row.open")?.scrollIntoView({ block: "nearest" });
  drawBatch();

  // While the bar still shows the case before this one, a key waits for its own bar; another key takes it back.
  const ready = () => document.querySelector(".st-key-case_bar .anju-bar-of")?.dataset.of === state.open;
  const pressed = (steps) => {
    if (!ready()) return false;
    for (const step of steps) {
      const button = document.querySelector(`.st-key-step_${step} button:not([disabled])`);
      if (button) { button.click(); return true; }
    }
    return false;
  };
  const press = (...steps) => {
    if (pressed(steps)) return true;
    let left = PATIENCE_MS / POLL_MS;
    root.anjuWaiting = setInterval(() => {
      left -= 1;
      if (pressed(steps) || left <= 0) clearInterval(root.anjuWaiting);
    }, POLL_MS);
    return true;
  };
  const move = (by) => {
    if (!rows.length) return true;
    const at = rows.findIndex((row) => row.number === state.open);
    const next = at < 0 ? Math.min(state.place, rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    show(rows[next].number, DEBOUNCE_MS);
    return true;
  };
  const acts = {
    j: () => move(1), k: () => move(-1), x: () => { tick(state.open); return true; },
    a: () => { if (state.chosen.size) { batch(); return true; } return press("accept", "sign", "recheck"); },
    t: () => press("pass_on", "bounce", "rule"), r: () => press("submit", "start", "close") || true,
    "/": () => { document.querySelector(".st-key-desk_words input")?.focus(); return true; },
    Escape: () => press("cancel"),
  };
  const onKey = (event) => {
    const target = event.composedPath()[0];
    const typing = target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    clearInterval(root.anjuWaiting);
    const act = acts[event.key];
    if (act && act()) { event.preventDefault(); event.stopImmediatePropagation(); }
  };
  if (root.anjuKeys) window.removeEventListener("keydown", root.anjuKeys, true);
  root.anjuKeys = onKey;
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}
