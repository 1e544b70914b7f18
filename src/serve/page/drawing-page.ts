/** The page: a caption becomes drawings that grow as their tokens come. */

import { forget, history, type Kept, keep } from "./history.ts";
import { drawnElements, sanitise } from "./sanitise.ts";
import { savePng, saveSvg } from "./save.ts";
import type { Handlers, Models, Settings, Token } from "./settings.ts";

/** Where drawings come from: a server, or a worker of the page's own. */
export interface DrawingSource {
  listModels(): Promise<Models>;
  /** @throws Error with what there is to tell */
  draw(settings: Settings, on: Handlers, signal: AbortSignal): Promise<void>;
}

interface Card {
  readonly node: HTMLElement;
  readonly canvas: HTMLElement;
  readonly caption: HTMLElement;
  readonly tokens: Token[];
  svg: SVGSVGElement | null;
}

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const [prompt, seed] = [find<HTMLInputElement>("prompt"), find<HTMLInputElement>("seed")];
const [stage, tokenView, say] = [find("stage"), find("tokens"), find("say")];
const model = find<HTMLSelectElement>("model");
const sliders = ["temperature", "topP", "guidance", "count"] as const;
const slider = (name: (typeof sliders)[number]) => find<HTMLInputElement>(name);
/** Candidates that differ are worth looking at side by side. */
const liveliest = 0.6;
const ideas = [
  "arrow right",
  "heart",
  "house",
  "circle check",
  "cloud rain",
  "bell",
  "mail",
  "sun",
];

let source: DrawingSource;
let cards: Card[] = [];
let chosen = 0;
let shown: Settings | null = null;
let running: AbortController | null = null;
let drawings = 0;

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text: string, title: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  [made.type, made.textContent, made.title] = ["button", text, title];
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    act();
  });
  return made;
}

function tell(text: string, isBad = false): void {
  say.textContent = text;
  say.classList.toggle("bad", isBad);
}

function makeCard(index: number): Card {
  const node = element("div", "card empty");
  const canvas = element("div", "canvas");
  const foot = element("div", "foot");
  const caption = element("span", "");
  const buttons = element("span", "");
  buttons.append(
    button("SVG", "Save as SVG", () => save(index, "svg")),
    button("PNG", "Save as PNG", () => save(index, "png")),
  );
  foot.append(caption, buttons);
  node.append(canvas, foot);
  [node.tabIndex, node.role] = [0, "button"];
  node.setAttribute("aria-label", `Drawing ${index + 1}`);
  node.addEventListener("click", () => choose(index));
  node.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target === node) choose(index);
  });
  return { node, canvas, caption, tokens: [], svg: null };
}

function show(card: Card, text: string): void {
  const svg = sanitise(text, `d${drawings++}`);
  if (svg === null) return;
  card.svg = svg;
  card.node.classList.toggle("empty", svg.children.length === 0);
  card.canvas.replaceChildren(svg);
  svg.setAttribute("role", "img");
  for (const [at, each] of drawnElements(svg).entries()) {
    each.addEventListener("pointerenter", () => light(card, at));
    each.addEventListener("pointerleave", () => light(card, null));
  }
}

/** Lights up an element and its tokens. */
function light(card: Card, at: number | null): void {
  if (card.svg === null) return;
  for (const [i, each] of drawnElements(card.svg).entries()) {
    each.classList.toggle("lit", i === at);
  }
  if (cards[chosen] !== card) return;
  for (const [i, each] of [...tokenView.children].entries()) {
    each.classList.toggle("lit", at !== null && card.tokens[i]?.element === at);
  }
}

function tokenNode(card: Card, { text, element: at }: Token): HTMLElement {
  const made = element("span", at === null ? "token" : "token of", text.replace(/^<\||\|>$/g, ""));
  made.addEventListener("pointerenter", () => light(card, at));
  made.addEventListener("pointerleave", () => light(card, null));
  return made;
}

function choose(index: number): void {
  const card = cards[index];
  if (card === undefined) return;
  chosen = index;
  for (const [i, { node }] of cards.entries()) node.ariaPressed = String(i === index);
  tokenView.replaceChildren(...card.tokens.map((token) => tokenNode(card, token)));
  tokenView.hidden = card.tokens.length === 0;
}

function save(index: number, format: "svg" | "png"): void {
  const svg = cards[index]?.svg;
  if (!svg || shown === null) return;
  if (format === "svg") saveSvg(svg, shown.prompt);
  else savePng(svg, shown.prompt).catch((error: unknown) => tell(String(error), true));
}

function layOut(count: number): void {
  cards = Array.from({ length: count }, (_, index) => makeCard(index));
  stage.dataset.count = String(count);
  stage.replaceChildren(...cards.map(({ node }) => node));
  choose(0);
}

async function start(settings: Settings): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  shown = settings;
  location.replace(
    `#${new URLSearchParams(Object.entries(settings).map(([k, v]) => [k, `${v}`]))}`,
  );
  layOut(settings.n);
  for (const { node } of cards) node.classList.add("drawing");
  tell("Drawing …");
  const began = performance.now();
  let total = 0;
  try {
    await source.draw(
      settings,
      {
        tokens(index, tokens) {
          const card = cards[index];
          if (card === undefined || own.signal.aborted) return;
          card.tokens.push(...tokens);
          total += tokens.length;
          card.caption.textContent = `${card.tokens.length} tokens`;
          if (index !== chosen) return;
          tokenView.hidden = false;
          tokenView.append(...tokens.map((token) => tokenNode(card, token)));
        },
        partial(index, svg) {
          if (!own.signal.aborted) show(cards[index]!, svg);
        },
        drawing(index, svg) {
          const card = cards[index]!;
          show(card, svg);
          card.node.classList.remove("drawing");
          keep({ settings, index, svg });
        },
      },
      own.signal,
    );
    const seconds = (performance.now() - began) / 1000;
    tell(`${total} tokens in ${seconds.toFixed(1)} s · seed ${settings.seed}`);
  } catch (error) {
    if (own.signal.aborted) tell("Stopped.");
    else tell(error instanceof Error ? error.message : String(error), true);
  } finally {
    if (running === own) running = null;
    for (const { node } of cards) if (running === null) node.classList.remove("drawing");
    showHistory();
  }
}

function settingsNow(): Settings {
  return {
    prompt: prompt.value.trim(),
    model: model.value,
    seed: Number(seed.value) || 0,
    n: Number(slider("count").value),
    temperature: Number(slider("temperature").value),
    top_p: Number(slider("topP").value),
    guidance: Number(slider("guidance").value),
  };
}

function newSeed(): void {
  if (find<HTMLInputElement>("keep").checked && seed.value !== "") return;
  seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000);
}

function drawNow(): void {
  if (prompt.value.trim() === "") return;
  newSeed();
  void start(settingsNow());
}

/** Fills the controls from an address or from the history. */
function fill(given: Partial<Record<keyof Settings, unknown>>): void {
  const set = (input: HTMLInputElement, value: unknown) => {
    if (value === undefined || value === null || !Number.isFinite(Number(value))) return;
    input.value = String(value);
    input.dispatchEvent(new Event("input"));
  };
  if (typeof given.prompt === "string") prompt.value = given.prompt.slice(0, 2000);
  set(seed, given.seed);
  set(slider("count"), given.n);
  set(slider("temperature"), given.temperature);
  set(slider("topP"), given.top_p);
  set(slider("guidance"), given.guidance);
  const known = [...model.options].some(({ value }) => value === given.model);
  if (known) model.value = String(given.model);
}

function showHistory(): void {
  const kept = history();
  find("past").hidden = kept.length === 0;
  find("history").replaceChildren(...kept.flatMap((entry, i) => pastNode(entry, i)));
}

function pastNode({ settings, svg }: Kept, at: number): HTMLElement[] {
  const drawn = sanitise(svg, `h${at}`);
  if (drawn === null) return [];
  const canvas = element("span", "canvas");
  canvas.append(drawn);
  const made = button("", `${settings.prompt} · seed ${settings.seed}`, () => {
    fill(settings);
    window.scrollTo({ top: 0 });
    void start(settingsNow());
  });
  made.setAttribute("aria-label", made.title);
  made.append(canvas);
  return [made];
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "Escape") running?.abort();
  const typing =
    event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    prompt.select();
  } else if (event.key === "r") drawNow();
  else if (event.key === "s") save(chosen, "svg");
  else if (event.key === "p") save(chosen, "png");
  else if (/^[1-8]$/.test(event.key)) choose(Number(event.key) - 1);
}

async function begin(): Promise<void> {
  for (const name of sliders) {
    const output = document.querySelector<HTMLOutputElement>(`output[for="${name}"]`)!;
    slider(name).addEventListener("input", () => {
      output.value = slider(name).value;
    });
  }
  find("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    drawNow();
  });
  find("forget").addEventListener("click", () => {
    forget();
    showHistory();
  });
  document.addEventListener("keydown", onKey);
  find("ideas").append(
    ...ideas.map((idea) =>
      button(idea, "", () => {
        prompt.value = idea;
        drawNow();
      }),
    ),
  );
  layOut(4);
  showHistory();
  const { data, pathloom } = await source.listModels();
  model.append(...data.map(({ id }) => new Option(id, id)));
  model.hidden = data.length < 2;
  const { temperature, guidance, topP } = pathloom.defaults;
  slider("count").max = String(Math.min(8, pathloom.maxChoices));
  const lively = Math.max(liveliest, temperature);
  fill({ n: 4, temperature: lively, guidance, top_p: topP });
  const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  fill(asked);
  if (asked.prompt) {
    if (seed.value === "") newSeed();
    await start(settingsNow());
  } else if (window.matchMedia("(pointer: fine)").matches) prompt.focus();
}

/** Once a page. */
export function startPage(from: DrawingSource): void {
  source = from;
  begin().catch((error: unknown) =>
    tell(error instanceof Error ? error.message : String(error), true),
  );
}
