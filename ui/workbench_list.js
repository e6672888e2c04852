// The queue of addresses and the one in hand, worked by keyboard. Keys answer at once; what was decided is sent behind,
// and is sent again with every word until the page says that it was done. Every text is set as text, never as markup.
const DEBOUNCE_MS = 160;

function el(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

function button(kind, text, act, key) {
  const made = el("button", kind);
  made.type = "button";
  if (key) made.append(el("kbd", "", key));
  made.append(text);
  made.onclick = act;
  return made;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  const words = data.words;
  const state = (root.anju ??= { open: null, choice: 0, outbox: [], seq: Date.now(), server: null, place: 0, listed: false });
  state.outbox = state.outbox.filter((one) => one.seq > data.acked);
  const waiting = new Set(state.outbox.filter((one) => one.deed !== "undo").map((one) => one.case));
  let rows = data.rows.filter((row) => !waiting.has(row.id));
  const failed = new Map(data.failed.map((one) => [one.case, one.message]));

  // Of the newest drawing: an older one's word is not heard any more.
  root.anjuSend = (extra) => {
    clearTimeout(state.timer);
    setTriggerValue("sent", { open: state.open, choice: state.choice, deeds: state.outbox, ...extra, at: Date.now() });
  };
  const send = (extra) => root.anjuSend(extra ?? {});
  const later = () => { clearTimeout(state.timer); state.timer = setTimeout(() => root.anjuSend({}), DEBOUNCE_MS); };

  if (data.note) state.note = data.note;
  const told = (state.told ??= new Map());
  for (const one of data.failed) {
    const text = data.rows.find((row) => row.id === one.case)?.text ?? "";
    if (told.get(one.case) !== one.at) state.note = { kind: "error", text: `${text} ${one.message}` };
    told.set(one.case, one.at);
  }
  if (data.open !== state.server) {
    state.server = data.open;
    if (data.open !== null && rows.some((row) => row.id === data.open)) { state.open = data.open; state.choice = data.choice; }
  } else if (data.choice !== state.serverChoice && data.open === state.open) {
    state.choice = data.choice;
  }
  state.serverChoice = data.choice;
  const settle = () => {
    const at = rows.findIndex((row) => row.id === state.open);
    if (at >= 0) { state.place = at; return; }
    state.place = Math.max(0, Math.min(state.place, rows.length - 1));
    state.open = rows.length ? rows[state.place].id : null;
    state.choice = 0;
  };
  settle();
  if (state.open !== data.open) later();

  const now = () => rows.find((row) => row.id === state.open) ?? null;
  const oldScroll = root.querySelector(".list")?.scrollTop ?? 0;

  const draw = () => {
    const scroll = root.querySelector(".list")?.scrollTop ?? oldScroll;
    const list = drawList(), shown = drawCase();
    const page = el("div", "bench" + (state.listed ? " listed" : ""));
    page.append(list, shown);
    root.replaceChildren(page);
    const box = root.querySelector(".list");
    box.scrollTop = scroll;
    box.querySelector(".row.open")?.scrollIntoView({ block: "nearest" });
  };

  const open = (id) => { state.open = id; state.choice = 0; state.listed = false; settle(); draw(); later(); };
  const move = (by) => {
    if (!rows.length) return;
    open(rows[Math.max(0, Math.min(rows.length - 1, state.place + by))].id);
  };
  const decide = (deed, fields) => {
    const row = now();
    state.note = null;
    if (deed !== "undo" && !row) return;
    state.seq += 1;
    state.outbox.push({ seq: state.seq, deed, case: row ? row.id : 0, ...fields });
    if (deed !== "undo") { rows = rows.filter((one) => one !== row); settle(); draw(); }
    send();
  };
  const accept = () => {
    const row = now(), chosen = row?.candidates[state.choice];
    if (!chosen) return;
    if (row.merges) { panel("codes"); return; }
    decide("accept", { choice: state.choice, expect: chosen.text });
  };
  const choose = (n) => {
    const row = now();
    if (!row || n >= row.candidates.length) return;
    state.choice = n;
    draw();
    later();
  };
  const panel = (name) => { if (now()) send({ panel: name }); };

  function drawDay() {
    const day = el("div", "day"), total = data.day.done + data.day.left;
    const done = data.day.done + state.outbox.filter((one) => one.deed !== "undo").length;
    const left = Math.max(0, data.day.left - (done - data.day.done));
    day.append(el("b", "", words.done.replace("{n}", done)), el("span", "", words.left.replace("{n}", left)));
    const bar = el("i"), part = el("i");
    part.style.width = `${total ? (100 * done) / total : 0}%`;
    bar.append(part);
    day.append(bar);
    return day;
  }

  function pick(name, options, chosen, all) {
    const box = el("select");
    box.setAttribute("aria-label", all);
    box.append(new Option(all, ""));
    for (const [value, text] of options) box.append(new Option(text, value));
    box.value = chosen ?? "";
    box.onchange = () => send({ [name]: box.value });
    return box;
  }

  function drawList() {
    const left = el("div", "left"), chips = el("div", "chips"), box = el("div", "box"), list = el("div", "list");
    for (const one of data.chips) {
      const chip = el("button", "chip" + (one.n ? "" : " few"), one.label);
      chip.type = "button";
      chip.dataset.chip = one.key;
      chip.title = one.hint;
      chip.setAttribute("aria-pressed", String(one.key === data.chip));
      chip.append(el("b", "", one.n));
      chip.onclick = () => send({ chip: one.key });
      chips.append(chip);
    }
    const filters = el("div", "filters");
    filters.append(pick("town", data.towns, data.town, words.all_towns), pick("source", data.sources, data.source, words.all_sources));
    list.setAttribute("role", "listbox");
    for (const one of rows) {
      const row = el("div", "row" + (one.id === state.open ? " open" : "") + (failed.has(one.id) ? " failed" : ""));
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(one.id === state.open));
      row.dataset.case = one.id;
      const text = el("div", "text", one.text);
      text.title = one.text;
      const foot = el("div", "foot");
      foot.append(el("span", `kind ${one.kind}`, one.kind_word), el("span", "where", one.where));
      const bad = el("i", "bad"), level = el("i");
      level.style.height = `${Math.round(100 * Math.max(0.08, Math.min(1, one.badness)))}%`;
      bad.append(level);
      bad.title = words.badness;
      row.append(bad, text, foot);
      row.onclick = () => open(one.id);
      list.append(row);
    }
    if (!rows.length) {
      const none = el("div", "empty", waiting.size ? words.working : words.empty);
      none.append(el("small", "", waiting.size ? "" : words.empty_hint));
      list.append(none);
    }
    if (data.more) list.append(button("more", words.more, () => send({ more: true })));
    box.append(list);
    left.append(drawDay(), chips, filters, box);
    return left;
  }

  function drawParts(row) {
    const parts = el("div", "parts");
    for (const [text, family, word] of row.parts) {
      const part = el("span", `part ${family}`);
      part.append(el("b", "", text), el("small", "", word));
      parts.append(part);
    }
    return parts;
  }

  function drawDiff(diff) {
    const line = el("span", "diff");
    for (const [op, text] of diff) {
      const tag = op === "del" ? "del" : op === "ins" ? "ins" : "span";
      const piece = el(tag, op, text);
      if (op === "del") piece.title = words.only_here;
      if (op === "ins") piece.title = words.only_there;
      line.append(piece);
    }
    return line;
  }

  function drawCandidate(one, at) {
    const box = el("div", "candidate" + (at === state.choice ? " chosen" : ""));
    box.setAttribute("role", "radio");
    box.setAttribute("aria-checked", String(at === state.choice));
    box.dataset.n = at + 1;
    box.tabIndex = 0;
    const body = el("div", "body");
    body.append(drawDiff(one.diff), el("div", "meta", one.meta));
    for (const reason of one.reasons) body.append(el("div", "reason", reason));
    box.append(el("b", "n", at + 1), body);
    box.onclick = () => choose(at);
    box.ondblclick = () => { choose(at); accept(); };
    return box;
  }

  function drawCase() {
    const row = now(), right = el("div", "right");
    if (!row) {
      const none = el("div", "none", waiting.size ? words.working : words.empty);
      none.append(el("small", "", waiting.size ? "" : words.empty_hint));
      right.append(none, bar(null));
      return right;
    }
    const head = el("div", "head");
    const back = button("back", words.back, () => { state.listed = true; draw(); });
    head.append(back, el("span", `kind ${row.kind}`, row.kind_word), el("span", "where", row.where), el("span", "of", row.about));
    const card = el("div", "card");
    card.append(head, drawParts(row));
    if (failed.has(row.id)) { const said = el("div", "said", failed.get(row.id)); said.setAttribute("role", "alert"); card.append(said); }
    if (row.reasons.length) {
      const why = el("ul", "why");
      for (const reason of row.reasons) why.append(el("li", "", reason));
      card.append(why);
    }
    const list = el("div", "candidates");
    list.setAttribute("role", "radiogroup");
    row.candidates.forEach((one, at) => list.append(drawCandidate(one, at)));
    if (!row.candidates.length) list.append(el("div", "empty", words.no_candidate));
    const title = el("h2", "", words.candidates.replace("{n}", row.candidates.length));
    title.append(el("small", "", words.legend));
    right.append(card, title, list, bar(row));
    return right;
  }

  function bar(row) {
    const box = el("div", "actions");
    if (state.note) {
      const told = el("div", `note ${state.note.kind}`, state.note.text);
      told.setAttribute("role", "status");
      box.append(told);
    }
    const chosen = row?.candidates[state.choice];
    if (row) {
      const first = row.merges ? words.merge : words.accept;
      const go = button("do", chosen ? `${first} ${state.choice + 1}` : first, accept, "a");
      go.disabled = !chosen;
      go.dataset.act = "accept";
      box.append(go);
      for (const [name, key] of [["pin", "p"], ["on_site", "v"], ["alias", "l"], ["codes", "m"], ["dismiss", "d"]]) {
        const act = name === "on_site" ? () => decide("on_site", { choice: row.candidates.length ? state.choice : -1 }) : () => panel(name);
        const one = button("", words[name], act, key);
        one.dataset.act = name;
        box.append(one);
      }
    }
    const undo = button("", words.undo, () => decide("undo", {}), "u");
    undo.dataset.act = "undo";
    box.append(undo);
    const keys = el("div", "keys");
    for (const [key, word] of data.keys) { keys.append(el("kbd", "", key), ` ${word}  `); }
    box.append(keys);
    return box;
  }

  const acts = {
    j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
    a: accept, Enter: accept, p: () => panel("pin"), l: () => panel("alias"), m: () => panel("codes"),
    d: () => panel("dismiss"), u: () => decide("undo", {}), Escape: () => send({ panel: "" }),
    v: () => { const row = now(); if (row) decide("on_site", { choice: row.candidates.length ? state.choice : -1 }); },
  };
  const onKey = (event) => {
    const target = event.composedPath()[0];
    if (event.key !== "Escape" && target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=combobox]")) return;
    if (event.key === "Enter" && target.matches?.("button, a, [role=button]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = /^[1-9]$/.test(event.key) ? () => choose(Number(event.key) - 1) : acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  };
  if (root.anjuKeys) window.removeEventListener("keydown", root.anjuKeys, true);
  root.anjuKeys = onKey;
  window.addEventListener("keydown", onKey, true);
  draw();
  return () => window.removeEventListener("keydown", onKey, true);
}
