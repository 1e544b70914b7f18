/** Measures whether a loaded model's drawings follow their captions, with bars for whoever waits. */

import type { Config } from "../../config/index.ts";
import { type Measure, measure } from "../../evaluate/index.ts";
import type { SvgGenerator } from "../../generate/index.ts";
import { formatCount, LoadingBar } from "../../report/index.ts";
import { drawOptions } from "../options.ts";
import { measuredSet } from "../prepare-data.ts";

/** @param contextLength longest sequence in tokens. @throws SourceError */
export async function measureDrawings(
  generator: SvgGenerator,
  config: Config,
  contextLength: number,
): Promise<Measure> {
  const { evaluate, generate } = config;
  const { drawn, ranked, captions, seed } = evaluate;
  let bar: { readonly what: string; readonly shown: LoadingBar } | null = null;
  const onProgress = (what: string, done: number, total: number) => {
    if (bar?.what !== what) {
      bar?.shown.finish();
      const counted = (count: number) => formatCount(count);
      bar = { what, shown: new LoadingBar(process.stderr, what, undefined, counted) };
    }
    bar.shown.update(done, total);
    if (done >= total) bar.shown.finish();
  };
  return measure(generator, await measuredSet(config, generator.tokenizer, contextLength), {
    drawn,
    ranked,
    captions,
    seed,
    contextLength,
    onProgress,
    draw: drawOptions(generate, contextLength),
  });
}
