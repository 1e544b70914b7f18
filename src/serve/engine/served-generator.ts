/** A model that is being served: its requests join one batch, step by step. */
import {
  type CacheDtype,
  type CachePool,
  ContextError,
  ContinuousBatch,
  type DecodingModel,
  defaultSampling,
  type GenerationEnd,
  type RunningGeneration,
  type SampledToken,
} from "../../../models/index.ts";
import { encodePrompt, type SvgTokenizer } from "../../../tokenizer/index.ts";
import { numberTokens } from "../../generate/index.ts";
import { GrowingDrawing } from "./growing-drawing.ts";
import type { DrawnToken, Progress, SequenceEnd, SequenceRequest } from "./protocol.ts";
import { WrittenText } from "./written-text.ts";

/** Time between two pictures of a drawing that grows. */
const partialMs = 25;

export interface Outcome {
  readonly progress: Progress | null;
  /** What went wrong. */
  readonly error: unknown;
}

export interface ServedRoom {
  /** Tokens of the longest sequence. */
  readonly contextLength: number;
  /** Sequences at once. */
  readonly rows: number;
  readonly cacheDtype: CacheDtype;
  /** As of `ContinuousBatch`. */
  readonly pool?: CachePool;
}

interface Sequence {
  readonly id: number;
  readonly request: SequenceRequest;
  readonly promptTokens: number;
  readonly drawing: GrowingDrawing;
  readonly written: WrittenText;
  readonly running: RunningGeneration;
  tokens: DrawnToken[];
  text: string;
  count: number;
  /** Whether anything was told of it. */
  isBegun: boolean;
  shownAt: number;
  /** Tokens of the last picture of it. */
  shown: number;
  end: GenerationEnd | null;
}

export class ServedGenerator {
  readonly #tokenizer: SvgTokenizer;
  readonly #contextLength: number;
  readonly #batch: ContinuousBatch;
  readonly #automaton: ReturnType<SvgTokenizer["automaton"]>;
  readonly #numbers: Uint8Array;
  readonly #sequences = new Map<number, Sequence>();

  constructor(
    model: DecodingModel,
    tokenizer: SvgTokenizer,
    { contextLength, ...room }: ServedRoom,
  ) {
    this.#tokenizer = tokenizer;
    this.#contextLength = contextLength;
    this.#batch = new ContinuousBatch(model, { capacity: contextLength, ...room });
    this.#automaton = tokenizer.automaton();
    this.#numbers = numberTokens(tokenizer.vocabulary);
  }

  /** Sequences that are neither complete nor cancelled. */
  get open(): number {
    return this.#batch.open;
  }

  /** Whether the sequence whose turn it is waits for room in the pool. */
  get isShort(): boolean {
    return this.#batch.isShort;
  }

  /** How often a sequence gave its rows back so that others could go on. */
  get preempted(): number {
    return this.#batch.preempted;
  }

  /** @throws ContextError when the caption leaves no room for a drawing, or an id is unknown. */
  submit(id: number, request: SequenceRequest): void {
    const prompt = this.#encode(request.prompt);
    const empty = encodePrompt(this.#tokenizer, "");
    const scored = request.scored || request.guidance !== 1;
    const longest = scored ? Math.max(prompt.length, empty.length) : prompt.length;
    const room = this.#contextLength - longest;
    const budget = Math.min(room, request.maxTokens ?? room);
    const { temperature, coordinateTemperature, topK, topP, repetitionPenalty } = request;
    const sampling = { ...defaultSampling, temperature, topK, topP, repetitionPenalty };
    const running = this.#batch.submit(
      {
        prompt,
        sampling:
          coordinateTemperature === null || coordinateTemperature === temperature
            ? sampling
            : { ...sampling, part: { tokens: this.#numbers, temperature: coordinateTemperature } },
        seed: request.seed,
        maxNewTokens: budget,
        stopIds: [this.#tokenizer.vocabulary.special.eos],
        constraint: this.#start(prompt.length, budget),
        guidance: scored ? { scale: request.guidance, prompt: empty } : null,
        alternatives: request.alternatives,
      },
      {
        onToken: (token) => this.#take(id, token),
        onEnd: (end) => {
          const sequence = this.#sequences.get(id);
          if (sequence !== undefined) sequence.end = end;
        },
      },
    );
    this.#sequences.set(id, {
      id,
      request,
      running,
      promptTokens: prompt.length,
      tokens: [],
      text: "",
      count: 0,
      isBegun: false,
      drawing: new GrowingDrawing(this.#tokenizer),
      written: new WrittenText(request.stop),
      shownAt: 0,
      shown: 0,
      end: null,
    });
  }

  /** Frees what a sequence holds; nothing where there is none of this number. */
  cancel(id: number): boolean {
    const sequence = this.#sequences.get(id);
    this.#sequences.delete(id);
    sequence?.running.cancel();
    return sequence !== undefined;
  }

  /** Draws a token of each sequence. @returns what there is to tell, by the number of the sequence. */
  step(): Map<number, Outcome> {
    this.#batch.step();
    const outcomes = new Map<number, Outcome>();
    for (const sequence of this.#sequences.values()) {
      try {
        const progress = this.#news(sequence);
        if (progress !== null) outcomes.set(sequence.id, { progress, error: null });
      } catch (error) {
        outcomes.set(sequence.id, { progress: null, error });
        this.cancel(sequence.id);
      }
    }
    return outcomes;
  }

  dispose(): void {
    this.#batch.dispose();
    this.#sequences.clear();
  }

  #encode(prompt: SequenceRequest["prompt"]): readonly number[] {
    if (typeof prompt === "string") return encodePrompt(this.#tokenizer, prompt);
    const { size } = this.#tokenizer.vocabulary;
    const unknown = prompt.find((id) => id >= size);
    if (unknown === undefined) return prompt;
    throw new ContextError(`token ${unknown} is unknown; ids go from 0 to ${size - 1}`);
  }

  #start(length: number, budget: number) {
    try {
      return this.#automaton.start(budget);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ContextError(
        `the caption takes ${length} of ${this.#contextLength} tokens and leaves ${Math.max(0, budget)} for the drawing, too few for any: shorten it, or raise max_tokens`,
      );
    }
  }

  #take(id: number, { id: token, logprob, alternatives }: SampledToken): void {
    const sequence = this.#sequences.get(id);
    if (sequence === undefined) return;
    sequence.count++;
    if (!isFollowed(sequence.request)) return;
    const element = sequence.drawing.take(token);
    sequence.text += sequence.written.add(sequence.drawing.text());
    if (!sequence.request.tokens) return;
    const { vocabulary } = this.#tokenizer;
    const name = (each: number) => (each < vocabulary.size ? vocabulary.token(each) : "");
    sequence.tokens.push({
      id: token,
      text: name(token),
      element,
      logprob,
      alternatives: alternatives.map((each) => ({ text: name(each.id), logprob: each.logprob })),
    });
  }

  #news(sequence: Sequence): Progress | null {
    const { id, request, end, written } = sequence;
    if (end?.reason === "error") throw end.error;
    if (end === null && !written.stopped) {
      if (request.live === null) return null;
      const now = performance.now();
      const isNew = sequence.count > sequence.shown;
      const due = request.live === "picture" && isNew && now - sequence.shownAt >= partialMs;
      const partial = due ? sequence.drawing.partial() : null;
      if (partial !== null) {
        sequence.shownAt = now;
        sequence.shown = sequence.count;
      }
      // That it begins is told, too.
      const begins = sequence.count > 0 && !sequence.isBegun;
      const isNews = begins || sequence.text !== "" || sequence.tokens.length > 0;
      return isNews || partial !== null ? this.#told(sequence, partial, null) : null;
    }
    const done = this.#finish(sequence);
    this.cancel(id);
    return done;
  }

  #finish(sequence: Sequence): Progress {
    const { end, written, promptTokens, count, drawing } = sequence;
    const whole = written.stopped || end === null ? null : drawing.end(end.ids);
    if (whole !== null) sequence.text += written.add(whole.text) + written.end();
    const likelihood = end?.likelihood ?? null;
    const told: SequenceEnd = {
      reason: end?.reason === "length" ? "length" : "stop",
      svg: whole?.svg ?? null,
      promptTokens,
      reusedTokens: sequence.running.promptTokensReused,
      tokens: count,
      score: likelihood === null ? null : likelihood.prompted - likelihood.unprompted,
    };
    return this.#told(sequence, null, told);
  }

  #told(sequence: Sequence, partial: string | null, end: SequenceEnd | null): Progress {
    const { id, tokens, text } = sequence;
    sequence.tokens = [];
    sequence.text = "";
    sequence.isBegun = true;
    return { id, tokens, text, partial, end };
  }
}

/** Whether its drawing is read token by token; what is told at the end alone is read then, at once. */
function isFollowed({ live, stop, tokens }: SequenceRequest): boolean {
  return live !== null || stop.length > 0 || tokens;
}
