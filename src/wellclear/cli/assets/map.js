"use strict";
// The map of one check: a canvas, a list and a slider. It loads nothing; everything it shows is in the element #data.
// Projection: stereographic around the middle of the view, from unit vectors, so that poles and 180 degrees are ordinary.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const canvas = byId("map");
const pen = canvas.getContext("2d");
const RAD = Math.PI / 180;
const EARTH_NM = 6371008.8 / 1852;
const COLOURS = ["#8ab4f8", "#d7dde3", "#c9a2ff", "#6fd3e0", "#9aa7b4", "#f2a7d8"];
const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3]];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const MAX_LISTED = 300;
const STEP_MS = 60000; // the slider stands for a whole minute, so that nothing short falls between two of its places
const view = { lon: 0, lat: 0, scale: 1000 };
const chosen = { conflict: -1 };

// --- positions ---------------------------------------------------------------------------------------------------

function vector(lonDeg, latDeg) {
  const c = Math.cos(latDeg * RAD);
  return [c * Math.cos(lonDeg * RAD), c * Math.sin(lonDeg * RAD), Math.sin(latDeg * RAD)];
}

// A ring of differences in units of a fraction of a degree -> flat unit vectors and the cap that holds them.
function ringOf(steps, unitDeg) {
  const xyz = new Float64Array((steps.length / 2) * 3);
  const sum = [0, 0, 0];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < steps.length / 2; i++) {
    lon += steps[2 * i];
    lat += steps[2 * i + 1];
    const v = vector(lon * unitDeg, lat * unitDeg);
    xyz.set(v, 3 * i);
    v.forEach((part, axis) => { sum[axis] += part; });
  }
  const size = Math.hypot(...sum) || 1;
  const middle = sum.map((part) => part / size);
  let cos = 1;
  for (let i = 0; i < xyz.length; i += 3) {
    cos = Math.min(cos, xyz[i] * middle[0] + xyz[i + 1] * middle[1] + xyz[i + 2] * middle[2]);
  }
  return { xyz, middle, reach: Math.acos(Math.max(-1, cos)) };
}

let frame = { e: [0, 1, 0], n: [0, 0, 1], u: [1, 0, 0], w: 1, h: 1, reach: 1 };

function turnFrame() {
  const u = vector(view.lon, view.lat);
  const e = [-Math.sin(view.lon * RAD), Math.cos(view.lon * RAD), 0];
  const n = [u[1] * e[2] - u[2] * e[1], u[2] * e[0] - u[0] * e[2], u[0] * e[1] - u[1] * e[0]];
  const w = canvas.clientWidth;
  const h = canvas.clientHeight;
  frame = { e, n, u, w, h, reach: 2 * Math.atan(Math.hypot(w, h) / 2 / view.scale / 2) };
}

function project(x, y, z) {
  const up = x * frame.u[0] + y * frame.u[1] + z * frame.u[2];
  if (up < -0.6) return null;
  const k = (2 * view.scale) / (1 + up);
  const east = x * frame.e[0] + y * frame.e[1];
  const north = x * frame.n[0] + y * frame.n[1] + z * frame.n[2];
  return [frame.w / 2 + k * east, frame.h / 2 - k * north];
}

function unproject(px, py) {
  const x = (px - frame.w / 2) / view.scale / 2;
  const y = (frame.h / 2 - py) / view.scale / 2;
  const d = 1 + x * x + y * y;
  const v = [0, 1, 2].map((i) => (2 * x * frame.e[i] + 2 * y * frame.n[i] + (2 - d) * frame.u[i]) / d);
  return [Math.atan2(v[1], v[0]) / RAD, Math.asin(Math.max(-1, Math.min(1, v[2]))) / RAD];
}

const turn = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;

function inView(ring) {
  const m = ring.middle;
  const cos = m[0] * frame.u[0] + m[1] * frame.u[1] + m[2] * frame.u[2];
  return Math.acos(Math.max(-1, Math.min(1, cos))) <= ring.reach + frame.reach;
}

function trace(rings) {
  pen.beginPath();
  for (const ring of rings) {
    let open = false;
    for (let i = 0; i < ring.xyz.length; i += 3) {
      const p = project(ring.xyz[i], ring.xyz[i + 1], ring.xyz[i + 2]);
      if (!p) continue;
      if (open) pen.lineTo(p[0], p[1]); else pen.moveTo(p[0], p[1]);
      open = true;
    }
    if (open) pen.closePath();
  }
}

// --- words -------------------------------------------------------------------------------------------------------

const two = (number) => String(number).padStart(2, "0");

function group(ms) {
  const at = new Date(ms);
  const minute = two(at.getUTCDate()) + two(at.getUTCHours()) + two(at.getUTCMinutes());
  return `${minute}Z${MONTHS[at.getUTCMonth()]}${at.getUTCFullYear()}`;
}

function degreesMinutes(value, width, letters) {
  const minutes = Math.round(Math.abs(value) * 6000) / 100;
  const whole = Math.floor(minutes / 60);
  return `${String(whole).padStart(width, "0")}-${(minutes - 60 * whole).toFixed(2).padStart(5, "0")}${letters[value < 0 ? 1 : 0]}`;
}

const isolated = (text) => `\u2068${text}\u2069`;

// --- what is shown -----------------------------------------------------------------------------------------------

const land = data.land.polygons.map((rings) => rings.map((ring) => ringOf(ring, data.land.unit_deg)));
const sheet = data.land.frame.map((ring) => ringOf(ring, data.land.unit_deg));
const volumes = data.volumes.map((v) => ({ ...v, rings: v.rings.map((ring) => ringOf(ring, data.unit_deg)) }));
const conflicts = data.conflicts.map((c, number) => ({
  ...c, number, at: vector(c.lon, c.lat), rings: c.rings.map((ring) => ringOf(ring, data.unit_deg)),
}));
const doubtful = new Set(data.not_assessed.flatMap((pair) => pair.volumes));

function filters() {
  const number = (id) => (byId(id).value === "" ? null : Number(byId(id).value));
  const f = { all: byId("all-times").checked, at: Number(byId("time").value), low: number("low"), high: number("high") };
  f.reversed = f.low !== null && f.high !== null && f.low > f.high;
  return f.reversed ? { ...f, low: null, high: null } : f;
}

const bandPasses = (v, f) =>
  (f.low === null || v.ceiling_ft === null || v.ceiling_ft >= f.low) && (f.high === null || v.floor_ft === null || v.floor_ft <= f.high);
const volumePasses = (v, f) => bandPasses(v, f) && (f.all || (v.start_ms < f.at + STEP_MS && f.at < v.end_ms));
const conflictPasses = (c, f) =>
  (f.all || (c.from_ms < f.at + STEP_MS && f.at <= c.until_ms)) && c.bands.every((band) => bandPasses(band, f));

function drawLand() {
  pen.fillStyle = "#10151b";
  pen.fillRect(0, 0, frame.w, frame.h);
  trace(sheet);
  pen.fillStyle = "#14212d";
  pen.fill();
  pen.fillStyle = "#2a323a";
  for (const rings of land) {
    if (!inView(rings[0])) continue;
    trace(rings);
    pen.fill("evenodd");
  }
}

function drawLine(points) {
  pen.beginPath();
  let open = false;
  for (const [lon, lat] of points) {
    const p = project(...vector(lon, lat));
    if (p && open) pen.lineTo(p[0], p[1]); else if (p) pen.moveTo(p[0], p[1]);
    open = Boolean(p);
  }
  pen.stroke();
  return points.map(([lon, lat]) => project(...vector(lon, lat)));
}

function drawGraticule() {
  const seen = [];
  for (let i = 0; i <= 8; i++) for (let j = 0; j <= 8; j++) seen.push(unproject((frame.w * i) / 8, (frame.h * j) / 8));
  const lats = seen.map((p) => p[1]);
  const lons = seen.map((p) => turn(p[0] - view.lon));
  let [south, north] = [Math.min(...lats), Math.max(...lats)];
  let [west, east] = [Math.min(...lons), Math.max(...lons)];
  if (90 - Math.abs(view.lat) < frame.reach / RAD) { west = -180; east = 180; if (view.lat > 0) north = 89.99; else south = -89.99; }
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].map((minutes) => minutes / 60);
  const pick = (pxPerDeg) => steps.find((step) => step * pxPerDeg > 110) || 30;
  const latStep = pick(view.scale * RAD);
  const lonStep = pick(view.scale * RAD * Math.max(0.02, Math.cos(view.lat * RAD)));
  pen.strokeStyle = "rgba(170,190,210,.22)";
  pen.fillStyle = "#a9b4bf";
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.font = "12px ui-monospace, monospace";
  for (let lat = Math.ceil(south / latStep) * latStep; lat <= north; lat += latStep) {
    if (Math.abs(lat) > 89.995) continue;
    const on = drawLine(Array.from({ length: 49 }, (_, i) => [view.lon + west + ((east - west) * i) / 48, lat])).find((p) => p && p[0] > 2);
    if (on) pen.fillText(degreesMinutes(lat, 2, "NS").replace(/\.00/, ""), 4, on[1] - 3);
  }
  for (let lon = Math.ceil((view.lon + west) / lonStep) * lonStep; lon <= view.lon + east; lon += lonStep) {
    const on = drawLine(Array.from({ length: 25 }, (_, i) => [lon, south + ((north - south) * i) / 24])).find((p) => p && p[1] < frame.h);
    if (on) pen.fillText(degreesMinutes(turn(lon), 3, "EW").replace(/\.00/, ""), on[0] + 3, frame.h - 5);
  }
}

function drawScale() {
  const pxPerNm = view.scale / EARTH_NM;
  const power = 10 ** Math.floor(Math.log10(160 / pxPerNm));
  const nm = [5, 2, 1].map((n) => n * power).find((n) => n * pxPerNm <= 160) || power;
  const width = nm * pxPerNm;
  const words = `${Number(nm.toPrecision(2))} NM = ${Number((nm * 1.852).toPrecision(3))} km`;
  pen.font = "12px ui-monospace, monospace";
  const room = Math.max(width, pen.measureText(words).width);
  const [x, y] = [frame.w - room - 20, frame.h - 34];
  pen.fillStyle = "rgba(16,21,27,.8)";
  pen.fillRect(x - 8, y - 18, room + 16, 28);
  pen.strokeStyle = pen.fillStyle = "#e8edf2";
  pen.lineWidth = 2;
  pen.strokeRect(x, y + 2, width, 1);
  pen.fillText(words, x, y - 4);
}

// A party's line: colours run through first, then the dashes change, so that no two of 24 parties look alike.
function styleOf(party) {
  const style = data.parties.indexOf(party);
  return { colour: COLOURS[style % COLOURS.length], dash: DASHES[Math.floor(style / COLOURS.length) % DASHES.length] };
}

function drawVolumes(f) {
  const picked = conflicts[chosen.conflict];
  for (const v of volumes) {
    if (!volumePasses(v, f) || !v.rings.some(inView)) continue;
    trace(v.rings);
    const style = styleOf(v.party);
    pen.strokeStyle = style.colour;
    pen.setLineDash(style.dash);
    pen.lineWidth = 1.4;
    pen.fillStyle = "rgba(190,205,220,.06)";
    pen.fill("evenodd");
    const ours = picked && (picked.volumes[0] === v.index || picked.volumes[1] === v.index);
    if (doubtful.has(v.index)) {
      pen.stroke();
      [pen.strokeStyle, pen.lineWidth] = ["#ffc24d", 4];
      pen.setLineDash([2, 7]);
    }
    if (ours) { pen.strokeStyle = "#ff6b6b"; pen.setLineDash([]); pen.lineWidth = 2.5; }
    pen.stroke();
    if (v.rings[0].xyz.length === 3) {
      const p = project(...v.rings[0].xyz);
      if (p) { pen.setLineDash([]); pen.strokeRect(p[0] - 4, p[1] - 4, 8, 8); }
    }
  }
}

function hatch() {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ink = tile.getContext("2d");
  ink.strokeStyle = "#ff6b6b";
  ink.lineWidth = 1.5;
  ink.beginPath();
  for (const x of [-8, 0, 8]) { ink.moveTo(x, 8); ink.lineTo(x + 8, 0); }
  ink.stroke();
  return pen.createPattern(tile, "repeat");
}
const red = hatch();

function drawConflicts(shown) {
  // The chosen one comes last and alone is hatched and named; the others fade, and are still there.
  const picked = chosen.conflict >= 0;
  const order = [...shown].sort((a, b) => (b.number === chosen.conflict) - (a.number === chosen.conflict) || a.number - b.number);
  for (const c of [...order].reverse()) {
    const faded = picked && c.number !== chosen.conflict;
    trace(c.rings.filter((ring) => ring.xyz.length > 6));
    pen.globalAlpha = faded ? 0.35 : 1;
    pen.fillStyle = red;
    if (!faded) pen.fill("evenodd");
    pen.strokeStyle = "#ff6b6b";
    pen.lineWidth = picked && !faded ? 3 : 1.5;
    pen.setLineDash(c.by_envelope ? [6, 4] : []);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  const placed = order.map((c) => ({ c, p: project(...c.at), r: c.number === chosen.conflict ? 9 : 6 }));
  const seen = placed.filter(({ p }) => p && p[0] > 0 && p[1] > 0 && p[0] < frame.w && p[1] < frame.h);
  const boxes = [];
  if (!picked) for (const mark of seen) drawNames(mark, boxes);
  for (const mark of seen.reverse()) {
    if (mark.c.number === chosen.conflict) drawNames(mark, boxes);
    drawCross(mark);
  }
}

function drawCross({ p, r }) {
  pen.beginPath();
  pen.moveTo(p[0] - r, p[1] - r); pen.lineTo(p[0] + r, p[1] + r);
  pen.moveTo(p[0] + r, p[1] - r); pen.lineTo(p[0] - r, p[1] + r);
  for (const [colour, width] of [["#10151b", 6], ["#ff6b6b", 2.5]]) {
    [pen.strokeStyle, pen.lineWidth] = [colour, width];
    pen.stroke();
  }
}

function drawNames({ c, p, r }, boxes) {
  pen.font = "13px system-ui, sans-serif";
  const text = [`#${c.number + 1} CONFLICT${c.by_envelope ? " BY ENVELOPE" : ""}`, isolated(c.a), isolated(c.b)];
  const box = { x: p[0] + r + 4, y: p[1] - 8, w: Math.max(...text.map((line) => pen.measureText(line).width)) + 8, h: 50 };
  if (box.x + box.w > frame.w) box.x = Math.max(0, p[0] - r - 4 - box.w);
  const meets = (other) => box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h;
  if (boxes.some(meets)) return;
  boxes.push(box);
  pen.fillStyle = "rgba(16,21,27,.82)";
  pen.fillRect(box.x, box.y, box.w, box.h);
  text.forEach((line, i) => { pen.fillStyle = i ? "#e8edf2" : "#ff6b6b"; pen.fillText(line, box.x + 4, box.y + 14 + 16 * i); });
}

function draw() {
  turnFrame();
  const f = filters();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(frame.w * ratio);
  canvas.height = Math.round(frame.h * ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.direction = "ltr";
  drawLand();
  drawGraticule();
  drawVolumes(f);
  drawConflicts(conflicts.filter((c) => conflictPasses(c, f)));
  drawScale();
  byId("clock").textContent = f.all ? "all times (UTC)" : group(f.at);
}

let waiting = false;
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}
