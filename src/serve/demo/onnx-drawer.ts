/** Draws a caption with an exported model under the grammar, as the server does, token by token. */
import { defaultSampling, Sequence } from "../../../models/index.ts";
import { encodePrompt, type SvgTokenizer } from "../../../tokenizer/index.ts";
import { GrowingDrawing } from "../engine/growing-drawing.ts";
import type { Handlers, Settings } from "../page/settings.ts";
import { OnnxRows, type OnnxRuntime, type OnnxShape } from "./onnx-rows.ts";

/** Time between two pictures of a drawing that grows. */
const partialMs = 40;

export class OnnxDrawer {
  readonly #runtime: OnnxRuntime;
  readonly #tokenizer: SvgTokenizer;
  readonly #shape: OnnxShape & { readonly contextLength: number };

  constructor(
    runtime: OnnxRuntime,
    tokenizer: SvgTokenizer,
    shape: OnnxShape & { readonly contextLength: number },
  ) {
    this.#runtime = runtime;
    this.#tokenizer = tokenizer;
    this.#shape = shape;
  }

  /**
   * All drawings of a request together. Their seeds are those of the server and of `SvgGenerator`.
   * @throws Error where the caption leaves no room for a drawing
   */
  async draw(settings: Settings, on: Handlers, signal: AbortSignal): Promise<void> {
    const { n, guidance, temperature, top_p: topP } = settings;
    const isGuided = guidance !== 1;
    const prompt = encodePrompt(this.#tokenizer, settings.prompt);
    const empty = encodePrompt(this.#tokenizer, "");
    const longest = isGuided ? Math.max(prompt.length, empty.length) : prompt.length;
    const budget = this.#shape.contextLength - longest;
    const { special, size } = this.#tokenizer.vocabulary;
    const automaton = this.#tokenizer.automaton();
    const sampling = { ...defaultSampling, temperature, topP };
    const drawings = Array.from({ length: n }, (_, index) => ({
      index,
      sequence: new Sequence({
        ...{ prompt, sampling, seed: `${settings.seed}/${index}`, maxNewTokens: budget },
        ...{ stopIds: [special.eos], constraint: this.#start(automaton, budget) },
        scale: isGuided ? guidance : null,
      }),
      growing: new GrowingDrawing(this.#tokenizer),
      shownAt: 0,
    }));
    const rows = new OnnxRows(this.#runtime, this.#shape, n);
    const others = isGuided ? new OnnxRows(this.#runtime, this.#shape, n) : null;
    const same = (ids: readonly number[]) => drawings.map(() => ids);
    let [logits, without] = [await rows.read(same(prompt)), await others?.read(same(empty))];
    for (;;) {
      for (const drawing of drawings) {
        if (drawing.sequence.done) continue;
        const { id } = drawing.sequence.choose(
          logits[drawing.index]!,
          without?.[drawing.index] ?? null,
        );
        const text = id < size ? this.#tokenizer.vocabulary.token(id) : "";
        on.tokens(drawing.index, [{ text, element: drawing.growing.take(id) }]);
        this.#show(drawing, on);
      }
      if (drawings.every(({ sequence }) => sequence.done)) return;
      // Lets a message that stops it arrive.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return;
      const newest = drawings.map(({ sequence }) => [sequence.ids.at(-1)!]);
      [logits, without] = [await rows.read(newest), await others?.read(newest)];
    }
  }

  #show(
    drawing: {
      readonly index: number;
      readonly sequence: Sequence;
      readonly growing: GrowingDrawing;
      shownAt: number;
    },
    on: Handlers,
  ): void {
    const { index, sequence, growing } = drawing;
    if (sequence.done) {
      on.drawing(index, growing.end(sequence.ids).svg, sequence.ids.length);
      return;
    }
    const now = performance.now();
    if (now - drawing.shownAt < partialMs) return;
    const partial = growing.partial();
    if (partial === null) return;
    drawing.shownAt = now;
    on.partial(index, partial);
  }

  #start(automaton: ReturnType<SvgTokenizer["automaton"]>, budget: number) {
    try {
      return automaton.start(budget);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Error(
        `the caption leaves ${Math.max(0, budget)} tokens for the drawing, too few for any`,
      );
    }
  }
}
