/**
 * The merged runs that may follow in a place: those whose tokens may follow one another, after which an
 * ending still fits into the budget. Once something shows and there is room, the answer depends on the
 * kind of place alone and is kept; only arcs depend on where the pen stands.
 */
import type { PathPlace } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import type { PathMoves } from "./moves.ts";
import { placeKey, placeKeys } from "./place-key.ts";
import type { Production } from "./production.ts";
import { isRoomy } from "./question.ts";

/** The runs by their tokens; those with a common beginning share it. */
interface Branch {
  readonly token: number;
  readonly branches: Branch[];
  /** Runs that end here. */
  readonly runs: number[];
}

/**
 * Where an arc of a run ends that may begin there: it is none then. Null where the run itself says that it
 * begins at such an x, or y.
 */
interface ArcEnd {
  readonly x: number | null;
  readonly y: number | null;
}

/** What a walk over the runs finds. */
interface Walk {
  readonly budget: number;
  found(run: number, fits: boolean, arcEnds: readonly ArcEnd[], place: PathPlace): void;
}

/** Of all places of a kind. */
interface KnownRuns {
  /** `[runs]`: 1 where the run may follow; of those below, where nothing speaks against it. */
  readonly allowed: Uint8Array;
  /** Runs that are looked at again: where an arc of theirs ends at the pen, or null for always. */
  readonly again: readonly { readonly run: number; readonly arcEnds: readonly ArcEnd[] | null }[];
}

/** Deeper groups are seldom, and every depth is a kind of its own. */
const depths = 4;
/** An arc that ends where it begins is none: from here none of a run does. */
const nowhere = -1;
/** Of a production: more than any has. */
const mostSlots = 16;
const endless = Number.POSITIVE_INFINITY;

export class NextRuns {
  readonly #grammar: Grammar;
  readonly #moves: PathMoves;
  readonly #runs: readonly (readonly number[])[];
  readonly #roots: readonly Branch[];
  /** By kind of place. */
  readonly #known = new Map<number, KnownRuns>();
  /** Places to walk on, by how far the walk is. */
  readonly #steps: PathPlace[] = [];

  constructor(grammar: Grammar, moves: PathMoves, runs: readonly (readonly number[])[]) {
    this.#grammar = grammar;
    this.#moves = moves;
    this.#runs = runs;
    this.#roots = branchesOf(runs);
  }

  /** @returns `[runs]`: 1 where the run may follow; not to be changed. */
  at(place: PathPlace, budget: number): Uint8Array {
    const key = this.#kindOf(place, budget);
    if (key < 0) return this.#allAt(place, budget);
    const known = this.#known.get(key) ?? this.#learn(place);
    this.#known.set(key, known);
    return this.#seenAt(place, budget, known);
  }

  /** The kind of place, where it decides but for arcs; else -1. */
  #kindOf(place: PathPlace, budget: number): number {
    const { reader } = place;
    const { open, mode, depth, canvas } = reader;
    const decides =
      (mode === "path" || mode === "body" || mode === "style") &&
      depth < depths &&
      canvas.visible &&
      !this.#grammar.relative &&
      isRoomy(place, budget);
    if (!decides) return -1;
    const key = placeKey(place) * depths + depth;
    if (open === undefined) return key;
    const slot = this.#slotOf(reader, open);
    return slot < 0 ? -1 : (slot + 1) * depths * placeKeys + key;
  }

  /** The open slot, where what fills the earlier ones does not matter; else -1. */
  #slotOf(reader: PathPlace["reader"], open: Production): number {
    const { shapes, layout } = this.#grammar;
    const isPlain = open.section === "command" || open === shapes.path || open === shapes.circle;
    if (!isPlain || reader.inDigits || reader.farPoint || endsWhereItBegan(reader, open)) return -1;
    return (open.first - layout.textSize) * mostSlots + reader.slot;
  }

  #allAt(place: PathPlace, budget: number): Uint8Array {
    const allowed = new Uint8Array(this.#runs.length);
    const found = (run: number, fits: boolean) => {
      if (fits) allowed[run] = 1;
    };
    this.#follow(place, this.#roots, 0, [], { budget, found });
    return allowed;
  }

  #seenAt(place: PathPlace, budget: number, { allowed, again }: KnownRuns): Uint8Array {
    let seen = allowed;
    for (const { run, arcEnds } of again) {
      if (arcEnds !== null && !arcEnds.some((end) => mayBeAt(place.reader, end))) continue;
      if (this.#mayFollow(place, budget, this.#runs[run]!)) continue;
      if (seen === allowed) seen = allowed.slice();
      seen[run] = 0;
    }
    return seen;
  }

  #learn(place: PathPlace): KnownRuns {
    const allowed = new Uint8Array(this.#runs.length);
    const again: { run: number; arcEnds: readonly ArcEnd[] | null }[] = [];
    const from = this.#moves.clone(place);
    const { reader } = from;
    reader.x = reader.y = reader.startX = reader.startY = nowhere;
    reader.fromX = reader.fromY = nowhere;
    reader.values.fill(nowhere);
    const found: Walk["found"] = (run, fits, arcEnds, { reader: end }) => {
      if (!fits) return;
      allowed[run] = 1;
      const isPlain = end.depth === reader.depth && !isCounted(end);
      if (!isPlain || arcEnds.length > 0) again.push({ run, arcEnds: isPlain ? arcEnds : null });
    };
    this.#follow(from, this.#roots, 0, [], { budget: endless, found });
    return { allowed, again };
  }

  /** Walks on along the branches whose tokens may follow. */
  #follow(
    place: PathPlace,
    branches: readonly Branch[],
    depth: number,
    arcEnds: readonly ArcEnd[],
    walk: Walk,
  ): void {
    // Within a run the budget must not bind, as all of it is one token; its end is looked at.
    const allowed = this.#moves.ids(place, endless);
    for (const { token, branches: further, runs } of branches) {
      if (!allowed.has(token)) continue;
      const next = this.#stepFrom(place, depth);
      const ends = this.#taken(next, token, arcEnds);
      if (runs.length > 0) {
        const fits = this.#fits(next, walk.budget);
        for (const run of runs) walk.found(run, fits, ends, next);
      }
      if (further.length > 0) this.#follow(next, further, depth + 1, ends, walk);
    }
  }

  #mayFollow(place: PathPlace, budget: number, run: readonly number[]): boolean {
    const next = this.#stepFrom(place, 0);
    for (const token of run) {
      if (!this.#moves.ids(next, endless).has(token)) return false;
      this.#moves.take(next, token);
    }
    return this.#fits(next, budget);
  }

  /** A copy of the place, to walk on; it stands until the next is asked for at this depth. */
  #stepFrom(place: PathPlace, depth: number): PathPlace {
    const step = this.#steps[depth] ?? this.#moves.start();
    this.#steps[depth] = step;
    this.#moves.copy(place, step);
    return step;
  }

  /** Takes a token. @returns the arcs' ends with that of the one that it completes, if it may begin there. */
  #taken(place: PathPlace, token: number, arcEnds: readonly ArcEnd[]): readonly ArcEnd[] {
    const { reader } = place;
    const { open, fromX, fromY } = reader;
    this.#moves.take(place, token);
    if (open === undefined || reader.open !== undefined || !isArc(open)) return arcEnds;
    const { x, y } = reader;
    if ((fromX !== nowhere && fromX !== x) || (fromY !== nowhere && fromY !== y)) return arcEnds;
    return [...arcEnds, { x: fromX === nowhere ? x : null, y: fromY === nowhere ? y : null }];
  }

  /** Whether an ending fits. Where there is room it does, but for dashes and digits, which are counted. */
  #fits(place: PathPlace, budget: number): boolean {
    if (!isCounted(place.reader) && isRoomy(place, budget)) return true;
    return this.#moves.ending(place) < budget;
  }
}

/** Whether an ending takes as many tokens as dashes or digits ask for, however many that are. */
const isCounted = ({ open, more, inDigits }: PathPlace["reader"]): boolean =>
  open !== undefined && (more > 0 || inDigits);

const isArc = ({ section, token }: Production): boolean =>
  section === "command" && token.endsWith("Arc");

/** Whether the open arc has come back to where it begins, but for what fills its last slot. */
function endsWhereItBegan(reader: PathPlace["reader"], open: Production): boolean {
  const { openSlots, values, held, fromX } = reader;
  return isArc(open) && openSlots === 1 && values[held - 1] === fromX;
}

/** Whether the pen may stand there when the arc begins: as now, or where its subpath began. */
function mayBeAt({ x, y, startX, startY }: PathPlace["reader"], at: ArcEnd): boolean {
  const isX = at.x === null || at.x === x || at.x === startX;
  return isX && (at.y === null || at.y === y || at.y === startY);
}

function branchesOf(runs: readonly (readonly number[])[]): Branch[] {
  const roots: Branch[] = [];
  for (const [index, run] of runs.entries()) {
    let siblings = roots;
    for (const [i, token] of run.entries()) {
      let branch = siblings.find((sibling) => sibling.token === token);
      if (branch === undefined) {
        branch = { token, branches: [], runs: [] };
        siblings.push(branch);
      }
      if (i === run.length - 1) branch.runs.push(index);
      siblings = branch.branches;
    }
  }
  return roots;
}
