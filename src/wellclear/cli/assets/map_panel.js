// The list beside the map, and what the hand does: drag, wheel, keys, slider, filter, choice of a conflict.

function item(parent, tag, parts) {
  const element = document.createElement(tag);
  for (const [kind, text] of parts) {
    const part = document.createElement(kind);
    part.textContent = text;
    element.append(part, " ");
  }
  parent.append(element);
  return element;
}

function listConflicts() {
  const f = filters();
  const shown = conflicts.filter((c) => conflictPasses(c, f));
  const list = byId("conflicts");
  list.replaceChildren();
  const filtered = conflicts.length - shown.length;
  const hides = filtered ? `, ${filtered} hidden by time or level` : "";
  byId("levels-reversed").hidden = !f.reversed;
  byId("conflicts-title").textContent = `CONFLICT: ${shown.length} of ${data.counts.conflicts} shown${hides}`;
  for (const c of shown.slice(0, MAX_LISTED)) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(c.number === chosen.conflict));
    button.className = c.by_envelope ? "envelope" : "";
    item(button, "div", [["b", `#${c.number + 1} CONFLICT${c.by_envelope ? " BY ENVELOPE" : ""}`], ["span", c.when]]);
    item(button, "div", [["bdi", c.a], ["span", "x"], ["bdi", c.b]]);
    item(button, "div", [["span", `lateral ${c.lateral}, vertical ${c.vertical}, time ${c.gap}`]]).className = "dim";
    item(button, "div", [["span", c.place], ["span", c.mgrs]]).className = "dim";
    button.addEventListener("click", () => choose(c.number));
    const row = document.createElement("li");
    row.append(button);
    list.append(row);
  }
  const hidden = shown.length - Math.min(shown.length, MAX_LISTED) + data.counts.conflicts - conflicts.length;
  if (hidden > 0) item(list, "li", [["span", `${hidden} more are not listed here: see the JSON of the check`]]).className = "warning";
}

function choose(number) {
  chosen.conflict = number;
  const c = conflicts[number];
  const f = filters();
  if (!f.all && !conflictPasses(c, f)) byId("time").value = data.start_ms + Math.floor((c.from_ms - data.start_ms) / STEP_MS) * STEP_MS;
  Object.assign(view, { lon: c.lon, lat: c.lat });
  const reach = Math.max(...c.volumes.flatMap((index) => volumes.filter((v) => v.index === index).map((v) => v.rings[0].reach)), 2e-4);
  view.scale = Math.min(canvas.clientWidth, canvas.clientHeight) / (3 * reach);
  byId("under").textContent = `#${number + 1}: ${c.a} x ${c.b}, ${c.when}, ${c.place}, ${c.mgrs}`;
  changed();
  const button = document.querySelector("#conflicts [aria-pressed=true]");
  if (button) { button.focus({ preventScroll: true }); button.scrollIntoView({ block: "nearest" }); }
}

function seeAll() {
  chosen.conflict = -1;
  byId("under").textContent = "";
  Object.assign(view, { lon: data.middle[0], lat: data.middle[1] });
  view.scale = (0.45 * Math.min(canvas.clientWidth, canvas.clientHeight)) / Math.max(data.reach_deg * RAD, 1e-5);
  changed();
}

function zoom(factor, px = frame.w / 2, py = frame.h / 2) {
  turnFrame(); // several turns of a wheel fall between two pictures; each begins where the one before it ended
  const before = unproject(px, py);
  view.scale = Math.min(2e8, Math.max(60, view.scale * factor));
  turnFrame();
  const after = unproject(px, py);
  pan(turn(before[0] - after[0]), before[1] - after[1]);
}

function pan(lonDeg, latDeg) {
  view.lon = turn(view.lon + lonDeg);
  view.lat = Math.max(-90, Math.min(90, view.lat + latDeg));
  redraw();
}

function changed() {
  const picked = conflicts[chosen.conflict];
  if (picked && !conflictPasses(picked, filters())) { chosen.conflict = -1; byId("under").textContent = ""; }
  listConflicts();
  redraw();
}

function nameUnder(px, py) {
  const f = filters();
  const near = conflicts.find((c) => {
    const p = conflictPasses(c, f) && project(...c.at);
    return p && Math.hypot(p[0] - px, p[1] - py) < 12;
  });
  if (near) return choose(near.number);
  const hit = volumes.filter((v) => {
    if (!volumePasses(v, f) || !v.rings.some(inView)) return false;
    trace(v.rings);
    const ratio = window.devicePixelRatio || 1;
    return pen.isPointInPath(px * ratio, py * ratio, "evenodd");
  });
  const names = hit.slice(0, 4).map((v) => `${isolated(v.name)} ${v.band}, ${v.when}`);
  const more = hit.length > 4 ? ` and ${hit.length - 4} more` : "";
  byId("under").textContent = names.length ? names.join(" | ") + more : "";
  return undefined;
}

let held = null;
canvas.addEventListener("pointerdown", (event) => {
  held = { x: event.offsetX, y: event.offsetY, moved: false };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!held) {
    const [lon, lat] = unproject(event.offsetX, event.offsetY);
    canvas.title = `${degreesMinutes(lat, 2, "NS")} ${degreesMinutes(lon, 3, "EW")}`;
    return;
  }
  const from = unproject(held.x, held.y);
  const to = unproject(event.offsetX, event.offsetY);
  if (Math.hypot(event.offsetX - held.x, event.offsetY - held.y) > 3 || held.moved) {
    held = { x: event.offsetX, y: event.offsetY, moved: true };
    pan(turn(from[0] - to[0]), from[1] - to[1]);
  }
});
canvas.addEventListener("pointerup", (event) => {
  if (held && !held.moved) nameUnder(event.offsetX, event.offsetY);
  held = null;
});
canvas.addEventListener("pointercancel", () => { held = null; });
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const step = 60 / view.scale / RAD;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
  if (moves[event.key]) pan(...moves[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.5);
  else if (event.key === "-") zoom(1 / 1.5);
  else if (event.key === "0") seeAll();
  else return;
  event.preventDefault();
});

function legendLine(parent, words, colour, dash) {
  const row = document.createElement("li");
  const sample = document.createElement("canvas");
  sample.width = 92;
  sample.height = 28;
  const ink = sample.getContext("2d");
  ink.strokeStyle = colour;
  ink.lineWidth = 4;
  ink.setLineDash(dash.map((part) => 2 * part));
  ink.beginPath();
  ink.moveTo(2, 14);
  ink.lineTo(90, 14);
  ink.stroke();
  const name = document.createElement("bdi");
  name.textContent = words;
  row.append(sample, name);
  parent.append(row);
}

function fillPanel() {
  byId("verdict").textContent = data.verdict;
  byId("verdict").className = data.counts.conflicts ? "danger" : data.doubtful ? "warning" : "";
  byId("standing").textContent = data.standing;
  for (const [name, text] of data.facts) {
    item(byId("facts"), "dt", [["span", name]]);
    item(byId("facts"), "dd", [["bdi", text]]);
  }
  for (const pair of data.not_assessed) item(byId("unassessed"), "li", [["bdi", pair.a], ["span", "x"], ["bdi", pair.b], ["span", `NOT ASSESSED: ${pair.why}`]]);
  for (const words of data.refused) item(byId("refused"), "li", [["bdi", words]]);
  for (const words of data.left_out) item(byId("standing").parentNode.insertBefore(document.createElement("div"), byId("facts")), "p", [["span", words]]).className = "warning";
  byId("unassessed-part").hidden = !data.not_assessed.length;
  byId("refused-part").hidden = !data.refused.length;
  for (const party of data.parties.slice(0, 24)) legendLine(byId("legend"), party, styleOf(party).colour, styleOf(party).dash);
  legendLine(byId("legend"), "CONFLICT: hatched piece, cross, both names", "#ff6b6b", []);
  legendLine(byId("legend"), "CONFLICT BY ENVELOPE: may be apart in height", "#ff6b6b", [6, 4]);
  legendLine(byId("legend"), "volume in a pair NOT ASSESSED", "#ffc24d", [1, 4]);
}

const slider = byId("time");
[slider.min, slider.max, slider.step] = [data.start_ms, data.end_ms, STEP_MS];
slider.value = data.start_ms;
slider.addEventListener("input", () => { byId("all-times").checked = false; changed(); });
for (const id of ["all-times", "low", "high"]) byId(id).addEventListener("input", changed);
new ResizeObserver(redraw).observe(canvas);
fillPanel();
seeAll();
