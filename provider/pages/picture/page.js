// The page of `meshroom graph --format html`: zoom, search, filters, details, keys. Talks to nobody.
// @ts-check

/**
 * What the page is told. Shapes as in pictures/picture.ts.
 * @typedef {{ name: string, value: string }} Fact
 * @typedef {{ id: string, label: string, kind: string, group?: string, tags: string[], stacks?: string[], facts: Fact[], at?: { file: string, line: number }, change?: string }} PageNode
 * @typedef {{ id: string, from: string, to: string, label: string, topic: string, kind: string, role: string, mode?: string, problem?: string, stacks?: string[], steps: string[], facts: Fact[], at?: { file: string, line: number }, change?: string }} PageEdge
 * @typedef {{ kind: string, nodes: PageNode[], edges: PageEdge[], lines: Record<string, number[]> }} PageData
 */

/** @template {Element} T @param {string} id @param {new () => T} type @returns {T} */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** @type {PageData} */
const data = JSON.parse(element("picture", HTMLScriptElement).textContent ?? "");
const drawing = element("drawing", SVGSVGElement);
const scene = element("scene", SVGGElement);
const threads = element("threads", SVGGElement);
const details = element("details", HTMLElement);
const hint = [...details.childNodes];
const nodes = new Map(data.nodes.map((node) => [node.id, node]));
const edges = new Map(data.edges.map((edge) => [edge.id, edge]));
/** @type {Map<string, SVGGElement>} */
const drawnNodes = new Map();
for (const each of scene.querySelectorAll(".node"))
  if (each instanceof SVGGElement) drawnNodes.set(each.dataset.id ?? "", each);
/** @type {Map<string, SVGGElement>} */
const drawnLines = new Map();
for (const each of scene.querySelectorAll(".line"))
  if (each instanceof SVGGElement) drawnLines.set(each.dataset.line ?? "", each);
/** @type {Map<string, PageEdge[]>} */
const edgesAt = new Map(data.nodes.map(({ id }) => [id, []]));
for (const edge of data.edges) {
  edgesAt.get(edge.from)?.push(edge);
  if (edge.to !== edge.from) edgesAt.get(edge.to)?.push(edge);
}

// --- Filters -------------------------------------------------------------------------------------------------------------

const search = element("search", HTMLInputElement);
const filters = {
  topic: element("topic", HTMLSelectElement),
  role: element("role", HTMLSelectElement),
  tag: element("tag", HTMLSelectElement),
  stack: element("stack", HTMLSelectElement),
};

/** @param {HTMLSelectElement} select @param {Iterable<string>} values */
function offer(select, values) {
  for (const value of [...new Set(values)].sort()) select.add(new Option(value, value));
}
offer(
  filters.topic,
  data.edges.map(({ topic }) => topic),
);
offer(
  filters.role,
  data.edges.flatMap(({ kind, role }) => [kind, role]),
);
offer(
  filters.tag,
  data.nodes.flatMap(({ tags }) => tags),
);
offer(
  filters.stack,
  data.nodes.flatMap(({ stacks = [] }) => stacks),
);
if (filters.stack.length === 1 && filters.stack.parentElement) filters.stack.parentElement.hidden = true;

/** All that can be searched for, in small letters. @param {PageNode | PageEdge} each */
function wordsOf({ id, label, facts, at }) {
  return [id, label, ...facts.map(({ name, value }) => `${name} ${value}`), at?.file ?? ""].join("\n").toLowerCase();
}
const words = new Map([...data.nodes, ...data.edges].map((each) => [each, wordsOf(each)]));

/** @type {Set<PageEdge>} */
let shownEdges = new Set(data.edges);

function filter() {
  const [topic, role, tag, stack] = [filters.topic.value, filters.role.value, filters.tag.value, filters.stack.value];
  const wanted = search.value.trim().toLowerCase();
  /** @param {PageNode | PageEdge} each */
  const isInStack = ({ stacks = [] }) => stack === "" || stacks.includes(stack);
  /** @param {PageNode} node */
  const hasTag = (node) => (tag === "" || node.tags.includes(tag)) && isInStack(node);
  /** @param {PageNode | PageEdge} each */
  const isFound = (each) => wanted === "" || (words.get(each) ?? "").includes(wanted);
  /** @param {PageEdge} edge */
  const isShown = (edge) => {
    const ends = [nodes.get(edge.from), nodes.get(edge.to)].flatMap((end) => end ?? []);
    if (topic !== "" && edge.topic !== topic) return false;
    if (role !== "" && edge.kind !== role && edge.role !== role) return false;
    return isInStack(edge) && ends.some(hasTag) && (isFound(edge) || ends.some(isFound));
  };
  shownEdges = new Set(data.edges.filter(isShown));
  const isNarrow = topic !== "" || role !== "";
  const touched = new Set([...shownEdges].flatMap(({ from, to }) => [from, to]));
  let count = 0;
  for (const node of data.nodes) {
    const isShownNode = touched.has(node.id) || (!isNarrow && hasTag(node) && isFound(node));
    if (isShownNode) count++;
    drawnNodes.get(node.id)?.classList.toggle("faded", !isShownNode);
  }
  for (const [id, line] of drawnLines) {
    const all = (data.lines[id] ?? []).flatMap((index) => data.edges[index] ?? []);
    line.classList.toggle("faded", !all.some((edge) => shownEdges.has(edge)));
  }
  element("count", HTMLElement).textContent =
    `${count} of ${data.nodes.length} shown, with ${shownEdges.size} of ${data.edges.length} ${data.kind === "mesh" ? "plugs" : "capabilities"}`;
  list();
}

for (const select of Object.values(filters)) select.addEventListener("change", filter);
search.addEventListener("input", filter);
element("clear", HTMLButtonElement).addEventListener("click", () => {
  search.value = "";
  for (const select of Object.values(filters)) select.value = "";
  filter();
});

// --- List ----------------------------------------------------------------------------------------------------------------

/** @param {string} tag @param {string} text @param {string} [name] */
function make(tag, text, name) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

/** @param {string} text @param {string} target */
function link(text, target) {
  const made = make("button", text, "link");
  made.setAttribute("type", "button");
  made.dataset.target = target;
  return made;
}

function list() {
  const rows = [...shownEdges].map((edge) => {
    const row = document.createElement("tr");
    const cells = [
      link(nodes.get(edge.from)?.label ?? edge.from, `node ${edge.from}`),
      link(edge.topic, `edge ${edge.id}`),
      link(nodes.get(edge.to)?.label ?? edge.to, `node ${edge.to}`),
      document.createTextNode(
        [edge.change, edge.kind, edge.mode, edge.problem && "can't be set up"].filter(Boolean).join(", "),
      ),
    ];
    for (const cell of cells) row.insertCell().append(cell);
    return row;
  });
  element("rows", HTMLElement).replaceChildren(...rows);
}

// --- Details, and the history of what was looked at --------------------------------------------------------------------

/** @param {string} title @param {(PageNode | PageEdge)} about @param {(Node | string)[]} rest */
function describe(title, { facts, at, change }, rest) {
  const pairs = document.createElement("dl");
  for (const { name, value } of [...(change ? [{ name: "change", value: change }] : []), ...facts])
    pairs.append(make("dt", name), make("dd", value));
  return [make("h2", title), ...(at ? [make("p", `${at.file}:${at.line}`, "at")] : []), pairs, ...rest];
}

/** @param {string} title @param {readonly PageEdge[]} shown */
function connections(title, shown) {
  if (shown.length === 0) return [];
  const items = document.createElement("ul");
  for (const { id, from, to, topic } of shown) {
    const item = document.createElement("li");
    item.append(link(`${topic}: ${nodes.get(from)?.label ?? from} → ${nodes.get(to)?.label ?? to}`, `edge ${id}`));
    items.append(item);
  }
  return [make("h3", title), items];
}

/** @param {PageNode} node */
function showNode(node) {
  const all = edgesAt.get(node.id) ?? [];
  details.replaceChildren(...describe(node.label, node, connections(`${all.length} connected`, all)));
  drawnNodes.get(node.id)?.classList.add("chosen");
  for (const edge of all) thread(edge);
}

/** @param {PageEdge} edge */
function showEdge(edge) {
  const steps = document.createElement("ol");
  for (const step of edge.steps) steps.append(make("li", step));
  const title = `${edge.topic}: ${nodes.get(edge.from)?.label ?? edge.from} → ${nodes.get(edge.to)?.label ?? edge.to}`;
  details.replaceChildren(
    ...describe(title, edge, [
      ...(edge.problem ? [make("p", edge.problem, "problem")] : []),
      ...(edge.steps.length > 0 ? [make("h3", "Set-up steps"), steps] : []),
      link(`source: ${nodes.get(edge.from)?.label ?? edge.from}`, `node ${edge.from}`),
      document.createElement("br"),
      link(`destination: ${nodes.get(edge.to)?.label ?? edge.to}`, `node ${edge.to}`),
    ]),
  );
  for (const end of [edge.from, edge.to]) drawnNodes.get(end)?.classList.add("chosen");
  const index = data.edges.indexOf(edge);
  for (const [id, line] of drawnLines) if (data.lines[id]?.includes(index)) line.classList.add("chosen");
  thread(edge);
}

/** @param {string} id */
function showLine(id) {
  const all = (data.lines[id] ?? []).flatMap((index) => data.edges[index] ?? []).filter((edge) => shownEdges.has(edge));
  const [only] = all;
  if (all.length === 1 && only) return showEdge(only);
  details.replaceChildren(...connections(`${all.length} along this line`, all));
  drawnLines.get(id)?.classList.add("chosen");
}

/** A line of its own for an edge that shares one with others. @param {PageEdge} edge */
function thread(edge) {
  const isAlone = [...drawnLines.keys()].some(
    (id) => data.lines[id]?.length === 1 && data.edges[data.lines[id]?.[0] ?? -1] === edge,
  );
  const [from, to] = [drawnNodes.get(edge.from)?.querySelector("rect"), drawnNodes.get(edge.to)?.querySelector("rect")];
  if (isAlone || !from || !to) return;
  const [a, b] = [from.getBBox(), to.getBBox()];
  const isRight = b.x + b.width / 2 >= a.x + a.width / 2;
  const [x1, x2] = isRight ? [a.x + a.width, b.x] : [a.x, b.x + b.width];
  const [y1, y2] = [a.y + a.height / 2, b.y + b.height / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2) * (isRight ? 1 : -1);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
  path.setAttribute("class", `thread ${edge.kind}`);
  path.setAttribute("marker-end", `url(#arrow-${edge.kind})`);
  threads.append(path);
}

/** Shows what the address says: `#node siem`. */
function show() {
  for (const each of scene.querySelectorAll(".chosen")) each.classList.remove("chosen");
  threads.replaceChildren();
  const [, kind, id = ""] = /^#(node|edge|line) (.*)$/su.exec(decodeURIComponent(location.hash)) ?? [];
  const node = kind === "node" ? nodes.get(id) : undefined;
  const edge = kind === "edge" ? edges.get(id) : undefined;
  if (node) showNode(node);
  else if (edge) showEdge(edge);
  else if (kind === "line" && drawnLines.has(id)) showLine(id);
  else details.replaceChildren(...hint);
}

/** @param {string} target empty for nothing */
function choose(target) {
  const hash = target === "" ? location.pathname : `#${encodeURIComponent(target)}`;
  history.pushState(null, "", hash);
  show();
}

addEventListener("popstate", show);
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const target = event.target.closest("[data-target]");
  const node = event.target.closest(".node");
  const line = event.target.closest("#scene .line");
  if (target instanceof HTMLElement) choose(target.dataset.target ?? "");
  else if (node instanceof SVGGElement) choose(`node ${node.dataset.id}`);
  else if (line instanceof SVGGElement) choose(`line ${line.dataset.line}`);
});

// --- Zoom and pan --------------------------------------------------------------------------------------------------------

const view = { x: 0, y: 0, scale: 1 };

function place() {
  scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
}

/** @param {number} factor @param {{ x: number, y: number }} [around] in the drawing's own units */
function zoom(factor, around = { x: drawing.viewBox.baseVal.width / 2, y: drawing.viewBox.baseVal.height / 2 }) {
  const scale = Math.min(20, Math.max(0.2, view.scale * factor));
  view.x = around.x - ((around.x - view.x) * scale) / view.scale;
  view.y = around.y - ((around.y - view.y) * scale) / view.scale;
  view.scale = scale;
  place();
}

function fit() {
  Object.assign(view, { x: 0, y: 0, scale: 1 });
  place();
}

/** @param {MouseEvent} event */
function pointOf(event) {
  const matrix = drawing.getScreenCTM();
  return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : new DOMPoint();
}

element("in", HTMLButtonElement).addEventListener("click", () => zoom(1.25));
element("out", HTMLButtonElement).addEventListener("click", () => zoom(0.8));
element("fit", HTMLButtonElement).addEventListener("click", fit);
drawing.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), pointOf(event));
  },
  { passive: false },
);

/** @type {DOMPoint | undefined} */
let held;
drawing.addEventListener("pointerdown", (event) => {
  if (event.button === 0) held = pointOf(event);
});
addEventListener("pointermove", (event) => {
  if (!held) return;
  const point = pointOf(event);
  drawing.classList.add("held");
  view.x += point.x - held.x;
  view.y += point.y - held.y;
  held = point;
  place();
});
addEventListener("pointerup", () => {
  held = undefined;
  drawing.classList.remove("held");
});

// --- Keys ----------------------------------------------------------------------------------------------------------------

/** One node is on the way of the Tab key; arrows go to the nearest in their direction. */
for (const [index, [id, drawn]] of [...drawnNodes].entries()) {
  drawn.setAttribute("tabindex", index === 0 ? "0" : "-1");
  drawn.setAttribute("role", "button");
  drawn.setAttribute("aria-label", nodes.get(id)?.label ?? id);
}

/** @type {Record<string, [number, number]>} */
const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** @param {SVGGElement} from @param {[number, number]} direction */
function step(from, [dx, dy]) {
  const middle = (/** @type {SVGGElement} */ each) => {
    const { x, y, width, height } = each.getBBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const start = middle(from);
  let best;
  let least = Number.POSITIVE_INFINITY;
  for (const each of drawnNodes.values()) {
    const { x, y } = middle(each);
    const along = (x - start.x) * dx + (y - start.y) * dy;
    const across = Math.abs((x - start.x) * dy) + Math.abs((y - start.y) * dx);
    const cost = along + 2 * across;
    if (each === from || along <= 1 || each.classList.contains("faded") || cost >= least) continue;
    best = each;
    least = cost;
  }
  if (!best) return;
  from.setAttribute("tabindex", "-1");
  best.setAttribute("tabindex", "0");
  best.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === "Escape") {
    if (isTyping && search.value !== "") {
      search.value = "";
      filter();
    } else choose("");
  }
  if (isTyping) return;
  const node =
    event.target instanceof SVGGElement && event.target.classList.contains("node") ? event.target : undefined;
  const direction = directions[event.key];
  if (event.key === "/") search.focus();
  else if (event.key === "+") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
  else if (node && direction) step(node, direction);
  else if (node && (event.key === "Enter" || event.key === " ")) {
    choose(`node ${node.dataset.id}`);
    details.focus();
  } else return;
  event.preventDefault();
});

filter();
show();
