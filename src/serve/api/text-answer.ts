/** What the two text routes of OpenAI have in common: whole answers, and answers that are streamed. */
import { randomUUID } from "node:crypto";
import type { DrawnSequence } from "../draw-all.ts";
import type { Progress } from "../engine/protocol.ts";
import type { Plan } from "./sequences.ts";

interface Head {
  /** The beginning of the answer's id. */
  readonly id: string;
  readonly object: string;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** A request that was read, and how it is answered. */
export interface TextAnswer {
  readonly plan: Plan;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly head: Head;
  readonly streamHead: Head;
  /** The drawings that are given. */
  choose(drawn: readonly DrawnSequence[]): readonly DrawnSequence[];
  choice(drawn: DrawnSequence, index: number): object;
  /** What a stream begins with, for each choice; null for nothing. */
  opening(index: number): object | null;
  /** @param before characters that were told of the choice already. */
  delta(index: number, progress: Progress, before: number): object;
  usage(drawn: readonly DrawnSequence[]): Usage;
}

/** What both routes read of a request in the same words. */
export function streamingOf(
  asked: {
    readonly stream?: boolean | null | undefined;
    readonly stream_options?:
      | { readonly include_usage?: boolean | null | undefined }
      | null
      | undefined;
  },
  served: { readonly id: string },
): Pick<TextAnswer, "stream" | "model" | "includeUsage"> {
  return {
    stream: asked.stream === true,
    model: served.id,
    includeUsage: asked.stream_options?.include_usage === true,
  };
}

/** The fields around the choices; the seed is told so that the drawing can be had again. */
function envelope({ id, object }: Head, { model, plan }: TextAnswer) {
  const created = Math.floor(Date.now() / 1000);
  return { id: `${id}-${randomUUID()}`, object, created, model, seed: plan.seed };
}

export function wholeAnswer(answer: TextAnswer, drawn: readonly DrawnSequence[]) {
  const choices = answer.choose(drawn).map((each, index) => answer.choice(each, index));
  return { ...envelope(answer.head, answer), choices, usage: answer.usage(drawn) };
}

/** The events of a stream, in turn: each is told of progress and gives what is to be sent. */
export class StreamedAnswer {
  readonly #answer: TextAnswer;
  readonly #envelope: ReturnType<typeof envelope>;
  readonly #told: number[];
  /** Tokens whose text is not told yet. */
  readonly #held: Progress["tokens"][];

  constructor(answer: TextAnswer) {
    this.#answer = answer;
    this.#envelope = envelope(answer.streamHead, answer);
    this.#told = answer.plan.requests.map(() => 0);
    this.#held = answer.plan.requests.map(() => []);
  }

  opening(): object[] {
    return this.#told.flatMap((_, index) => {
      const choice = this.#answer.opening(index);
      return choice === null ? [] : [this.#chunk([choice])];
    });
  }

  /** Nothing where there is no new text: an element is still being drawn. */
  take(index: number, progress: Progress): object[] {
    const tokens = [...this.#held[index]!, ...progress.tokens];
    if (progress.text === "" && progress.end === null) {
      this.#held[index] = tokens;
      return [];
    }
    this.#held[index] = [];
    const choice = this.#answer.delta(index, { ...progress, tokens }, this.#told[index]!);
    this.#told[index]! += progress.text.length;
    return [this.#chunk([choice])];
  }

  ending(drawn: readonly DrawnSequence[]): object[] {
    if (!this.#answer.includeUsage) return [];
    return [{ ...this.#chunk([]), usage: this.#answer.usage(drawn) }];
  }

  #chunk(choices: readonly object[]) {
    const usage = this.#answer.includeUsage ? { usage: null } : {};
    return { ...this.#envelope, choices, ...usage };
  }
}

/** Each prompt is counted once, and all that was drawn. */
export function usageOf(
  drawn: readonly DrawnSequence[],
  prompts: number,
  candidates: number,
): Usage {
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
  const prompt_tokens = sum(
    Array.from({ length: prompts }, (_, i) => drawn[i * candidates]?.end.promptTokens ?? 0),
  );
  const completion_tokens = sum(drawn.map(({ end }) => end.tokens));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
