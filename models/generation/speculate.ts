/**
 * Self-speculative generation, one sequence after the other. Every token is drawn from the decoder's own
 * logits by the very rule of plain generation, grammar, penalty, guidance and random stream included; a
 * draft only saves a run where it is what was drawn. That is Leviathan et al.'s rule (2023, arXiv 2211.17192)
 * for a draft that is certain of its token: the distribution is the decoder's, and by one seed the sequence
 * is that of plain generation.
 */
import type { DecoderConfig } from "../decoder/config.ts";
import type { DecodingModel } from "../decoding-model.ts";
import type { GeneratedSequence, GenerateOptions, SpeculationFigures } from "./generate-options.ts";
import { Sequence } from "./sequence.ts";
import { SpeculativeSession } from "./speculative-session.ts";

/**
 * How many tokens are drafted at a time, of those asked for: at most as many as there are heads, and none
 * where positions stretch with the sequence, so that tokens read together stand otherwise than alone, or
 * where layers carry a state, which cannot forget a draft that was rejected.
 */
export function draftsOf(
  { future, rope, contextLength, gatedDelta }: DecoderConfig,
  asked: number,
): number {
  if (gatedDelta !== null) return 0;
  const stretches = [rope.scaling, rope.localScaling].some(
    (scaling) => scaling?.type === "dynamic" && contextLength > scaling.originalContextLength,
  );
  return stretches ? 0 : Math.min(asked, future?.count ?? 0);
}

/** @param capacity tokens of the longest sequence. */
export function speculateSequences(
  model: DecodingModel,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions & { readonly drafts: number },
  capacity: number,
): GeneratedSequence[] {
  const { guidance, drafts } = options;
  const batch = guidance === undefined ? 1 : 2;
  const session = new SpeculativeSession(model, { batch, capacity, drafts });
  const figures = { steps: 0, tokens: 0, drafted: 0, accepted: 0 };
  try {
    return prompts.map((prompt, i) => {
      const sequence = new Sequence({
        prompt,
        sampling: options.sampling,
        stopIds: options.stopIds,
        seed: options.seeds[i]!,
        maxNewTokens: options.maxNewTokens[i]!,
        constraint: options.constraints?.[i] ?? null,
        scale: guidance?.scale ?? null,
      });
      const without = guidance?.prompts[i];
      continueSequence(session, sequence, without === undefined ? [prompt] : [prompt, without], {
        figures,
        onStep: () => options.onStep?.(figures.steps),
      });
      options.onComplete?.(i + 1);
      options.onSpeculation?.({ ...figures });
      const { ids, likelihood } = sequence;
      return { ids, likelihood };
    });
  } finally {
    session.dispose();
  }
}

type Counted = { -readonly [Key in keyof SpeculationFigures]: number };

function continueSequence(
  session: SpeculativeSession,
  sequence: Sequence,
  prompts: readonly ArrayLike<number>[],
  { figures, onStep }: { readonly figures: Counted; readonly onStep: () => void },
): void {
  const isGuided = session.batch > 1;
  const [{ length }] = prompts as readonly [ArrayLike<number>];
  let read = 0;
  // The first token comes with the prompts; after very short ones, so do the next.
  do {
    const begun = prompts.map((prompt) => [...Array.from(prompt), ...sequence.ids]);
    const first = session.prefill(begun);
    const size = first.length / session.batch;
    read = length + sequence.ids.length;
    sequence.choose(first.subarray(0, size), isGuided ? first.subarray(size) : null);
  } while (!sequence.done && read < session.leastTokens);
  let drawn = sequence.ids.slice(-1);
  while (!sequence.done) {
    const step = session.step(drawn);
    drawn = [];
    for (let place = 0; place <= session.drafts && !sequence.done; place++) {
      const without = isGuided ? step.logits(1, place) : null;
      const { id } = sequence.choose(step.logits(0, place), without);
      drawn.push(id);
      if (id !== step.drafts[place]) break;
      figures.accepted++;
    }
    figures.steps++;
    figures.tokens += drawn.length;
    figures.drafted += session.drafts;
    onStep();
  }
}
