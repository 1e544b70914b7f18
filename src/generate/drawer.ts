/**
 * Draws captions: a model and its tokenizer together, under the grammar, so that every drawing is
 * valid and ends within its budget.
 */
import {
  type CacheDtype,
  ContextError,
  cacheBytes,
  type DecoderConfig,
  type GeneratedSequence,
  generateSequences,
  type Model,
  type SamplingOptions,
  type SequenceLikelihood,
  type SpeculationFigures,
} from "../../models/index.ts";
import { canonicalise, type Drawing, SvgError } from "../../svg/index.ts";
import { DecodeError, encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import { numberTokens } from "./number-tokens.ts";

/** Rows that are continued together, at most, and the bytes that their caches may take. */
const mostRows = 64;
const mostCacheBytes = 2 ** 31;

/**
 * How drawings are sampled.
 * @example
 * const options: DrawOptions = {
 *   sampling: { temperature: 0.6, topK: 0, topP: 0.95, repetitionPenalty: 1 },
 *   ...{ seed: 7, maxTokens: 200, guidance: 2, candidates: 4 },
 * };
 * const drawn = new SvgGenerator(model, tokenizer).draw(["heart"], options);
 */
export interface DrawOptions {
  readonly sampling: SamplingOptions;
  /** Drawing `i` follows from (seed, i) and its prompt alone. */
  readonly seed: number;
  /** Longest drawing in tokens; null for what the context leaves. */
  readonly maxTokens: number | null;
  /** Longest sequence, caption included; the model's context unless given. */
  readonly context?: number;
  /**
   * Classifier-free guidance: above 1, drawings follow their caption more closely than the model alone
   * would; 1 unless given. For models that were trained on some samples without caption.
   */
  readonly guidance?: number;
  /** Drawings made for each prompt, of which the best is given; 1 unless given. */
  readonly candidates?: number;
  /** Temperature where a number is likeliest next; that of `sampling` unless given. */
  readonly numberTemperature?: number;
  /**
   * Tokens that the model's own heads draft before each pass, at most; 0 unless given. The drawings are
   * the same, and are made one after the other.
   */
  readonly speculate?: number;
  /**
   * How keys and values of earlier tokens are kept: `int8` takes a quarter of the memory and rounds them,
   * so that some drawings differ; float32 unless given. Not together with drafts.
   */
  readonly cacheDtype?: CacheDtype;
  /** Called as drawings are complete that were drafted, with what drafting saved so far. */
  readonly onSpeculation?: (figures: SpeculationFigures) => void;
  /** Called as drawings are complete, with the share of them that are, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * What a caption became.
 * @example
 * const print = ({ prompt, drawing, ids }: DrawnDrawing) =>
 *   `<!-- ${prompt}, ${ids.length} tokens -->${printDrawing(drawing)}`;
 */
export interface DrawnDrawing {
  readonly prompt: string;
  /** In canonical form: the grammar also allows sequences that say the same in other words. */
  readonly drawing: Drawing;
  /** Tokens of the drawing, from the one that opens it to the one that ends it. */
  readonly ids: readonly number[];
  /**
   * ln p of the drawing after its caption and after none, under the model alone; null where neither
   * guidance nor candidates asked for it.
   */
  readonly likelihood: SequenceLikelihood | null;
}

/** What a caption became without the grammar. */
export interface FreeDrawing {
  readonly prompt: string;
  /** Null where the tokens say none. */
  readonly drawing: Drawing | null;
  readonly ids: readonly number[];
  /** By the model itself, not for want of room. */
  readonly ended: boolean;
}

/**
 * Draws captions with a model under its tokenizer's grammar: every drawing is valid and ends in its budget.
 * @example
 * const generator = new SvgGenerator(model, tokenizer);
 * const sampling = { temperature: 0.6, topK: 0, topP: 0.95, repetitionPenalty: 1 };
 * const [drawn] = generator.draw(["arrow right"], { sampling, seed: 7, maxTokens: null });
 * console.log(printDrawing(drawn!.drawing));
 */
export class SvgGenerator {
  readonly model: Model;
  readonly tokenizer: SvgTokenizer;
  #numbers: Uint8Array | null = null;

  constructor(model: Model, tokenizer: SvgTokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * One drawing a prompt, in their order: of several candidates the one that owes most to its caption,
   * by ln p(drawing | caption) - ln p(drawing).
   * @throws ContextError naming a prompt that leaves no room for a drawing.
   */
  draw(prompts: readonly string[], options: DrawOptions): DrawnDrawing[] {
    return this.drawCandidates(prompts, options).map(([best]) => best!);
  }

  /**
   * All candidates of each prompt, the best first.
   * @throws ContextError as {@link draw}.
   */
  drawCandidates(prompts: readonly string[], options: DrawOptions): DrawnDrawing[][] {
    const { candidates = 1 } = options;
    const wanted = prompts.flatMap((prompt, index) =>
      Array.from({ length: candidates }, (_, candidate) => ({ prompt, index, candidate })),
    );
    if (wanted.length === 0) return [];
    const sequences = this.#generate(wanted, options);
    const drawn = sequences.map(({ ids, likelihood }, i) => ({
      prompt: wanted[i]!.prompt,
      drawing: canonicalise(this.tokenizer.decode(ids), this.tokenizer.canonical),
      ids,
      likelihood,
    }));
    return prompts.map((_, index) =>
      drawn.slice(index * candidates, (index + 1) * candidates).sort((a, b) => owed(b) - owed(a)),
    );
  }

  /**
   * Without the grammar: what the model writes by itself after the token that opens a drawing, which
   * training never asks of it, be it a drawing or not. Candidates and drafts
   * of the options are passed over.
   * @throws ContextError as {@link draw}.
   */
  drawFreely(prompts: readonly string[], options: DrawOptions): FreeDrawing[] {
    const wanted = prompts.map((prompt, index) => ({ prompt, index, candidate: 0 }));
    if (wanted.length === 0) return [];
    const free = { ...options, candidates: 1, speculate: 0 };
    const { eos } = this.tokenizer.vocabulary.special;
    const opening = this.#opening();
    return this.#generate(wanted, free, opening).map(({ ids: written }, index) => {
      const ids = [...opening, ...written];
      return {
        prompt: prompts[index]!,
        drawing: this.#decoded(ids),
        ids,
        ended: ids.at(-1) === eos,
      };
    });
  }

  /** Whether a prompt leaves room for a drawing. */
  fits(
    prompt: string,
    { context, maxTokens }: Pick<DrawOptions, "context" | "maxTokens">,
  ): boolean {
    const length = encodePrompt(this.tokenizer, prompt).length;
    const room = (context ?? this.model.config.contextLength) - length;
    try {
      this.tokenizer.automaton().start(Math.min(room, maxTokens ?? room));
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** The token that every drawing begins with; none where there are several. */
  #opening(): number[] {
    const logits = new Float32Array(this.tokenizer.vocabulary.size);
    this.tokenizer.automaton().start(this.model.config.contextLength).mask(logits);
    const allowed = [...logits.keys()].filter((id) => logits[id] === 0);
    return allowed.length === 1 ? allowed : [];
  }

  #decoded(ids: readonly number[]): Drawing | null {
    try {
      return canonicalise(this.tokenizer.decode(ids), this.tokenizer.canonical);
    } catch (error) {
      if (error instanceof DecodeError || error instanceof SvgError) return null;
      throw error;
    }
  }

  /** @param free the tokens that are given in place of the grammar; null draws under it. */
  #generate(
    wanted: readonly Wanted[],
    options: DrawOptions,
    free: readonly number[] | null = null,
  ): GeneratedSequence[] {
    const { guidance = 1, candidates = 1, seed, onProgress, sampling } = options;
    const { numberTemperature = sampling.temperature } = options;
    const scored = guidance !== 1 || candidates > 1;
    const { special } = this.tokenizer.vocabulary;
    const given = free ?? [];
    const empty = [...encodePrompt(this.tokenizer, ""), ...given];
    const automaton = this.tokenizer.automaton();
    const encoded = new Map<string, number[]>();
    const requests = wanted.map(({ prompt }) => {
      const ids = encoded.get(prompt) ?? encodePrompt(this.tokenizer, prompt);
      encoded.set(prompt, ids);
      const longest = scored ? Math.max(ids.length, empty.length) : ids.length;
      const room = (options.context ?? this.model.config.contextLength) - longest;
      const budget = Math.min(room, options.maxTokens ?? room);
      return { ids, budget, state: startState(automaton, prompt, ids.length, budget) };
    });
    return generateSequences(
      this.model,
      requests.map(({ ids }) => [...ids, ...given]),
      {
        sampling:
          numberTemperature === sampling.temperature
            ? sampling
            : {
                ...sampling,
                part: { tokens: this.#numberTokens(), temperature: numberTemperature },
              },
        seeds: wanted.map(({ index, candidate }) =>
          candidate === 0 ? `${seed}/${index}` : `${seed}/${index}/${candidate}`,
        ),
        maxNewTokens: requests.map(({ budget }) => budget - given.length),
        stopIds: [special.eos],
        constraints: free === null ? requests.map(({ state }) => state) : null,
        ...(scored ? { guidance: { scale: guidance, prompts: requests.map(() => empty) } } : {}),
        speculate: options.speculate ?? 0,
        ...(options.onSpeculation === undefined ? {} : { onSpeculation: options.onSpeculation }),
        atOnce: sequencesAtOnce(this.model.config, scored ? 2 : 1, options.cacheDtype),
        ...(options.cacheDtype === undefined ? {} : { cacheDtype: options.cacheDtype }),
        onComplete: (count) => onProgress?.(count / wanted.length),
      },
    );
  }

  #numberTokens(): Uint8Array {
    this.#numbers ??= numberTokens(this.tokenizer.vocabulary);
    return this.#numbers;
  }
}

interface Wanted {
  readonly prompt: string;
  readonly index: number;
  readonly candidate: number;
}

/** What the caption adds to the drawing's ln p. Equal ones keep their order. */
function owed({ likelihood }: DrawnDrawing): number {
  return likelihood === null ? 0 : likelihood.prompted - likelihood.unprompted;
}

/** How many sequences are continued together. @param rows of each. */
export function sequencesAtOnce(
  config: DecoderConfig,
  rows: number,
  cacheDtype: CacheDtype = "float32",
): number {
  const { perToken, perSequence } = cacheBytes(config, cacheDtype);
  const bytes = perToken * config.contextLength + perSequence;
  const fit = Math.floor(Math.min(mostRows, mostCacheBytes / bytes) / rows);
  return Math.max(1, fit);
}

function startState(
  automaton: ReturnType<SvgTokenizer["automaton"]>,
  prompt: string,
  length: number,
  budget: number,
) {
  try {
    return automaton.start(budget);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const shown = prompt.length > 40 ? `${prompt.slice(0, 40)}…` : prompt;
    throw new ContextError(
      `prompt "${shown}" takes ${length} tokens and leaves ${Math.max(0, budget)} for the drawing, too few for any: shorten it`,
    );
  }
}
