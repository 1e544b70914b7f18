/** What a run holds out of its own drawings, as a benchmark. */
import { UsageError } from "../../../errors/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import { type Config, type Override, resolveConfig, sourceText } from "../../config/index.ts";
import { type NamedModel, readDrawings, sourceAndConfig, withGenerator } from "../../runs/index.ts";
import type { Benchmark } from "./benchmark.ts";
import { itemOf } from "./caption-rows.ts";

/**
 * Each drawing once, after its plainest caption.
 * @param all those that it trains on, too, as a part of their own.
 * @throws UsageError where nothing says which drawings a model holds out; SourceError, CheckpointError
 */
export async function heldOutBenchmark(
  model: NamedModel,
  config: Config,
  overrides: readonly Override[],
  all: boolean,
): Promise<Benchmark> {
  const { source } = sourceAndConfig(model, overrides, () => {
    const saysData = overrides.some(({ path }) => path === "data.source");
    if (saysData) return resolveConfig({}, overrides);
    throw new UsageError(
      `${model.adapter ?? model.model ?? model.run}: there is no configuration beside it that says which drawings it holds out; name its run by --run, or the drawings by --data.source or --data`,
    );
  });
  const canonical = await withGenerator(
    source,
    config,
    () => {},
    ({ generator }) => generator.tokenizer.canonical,
  );
  const { train, heldOut } = await readDrawings(config.data, canonical);
  const itemsOf = (entries: typeof train, part: string | null) =>
    entries.map(({ id, captions, drawing }) =>
      itemOf(id, captions[0] ?? id, printDrawing(drawing), part),
    );
  const items = all
    ? [...itemsOf(heldOut, "held out"), ...itemsOf(train, "trained on")]
    : itemsOf(heldOut, null);
  const which = all ? "all drawings" : "held out";
  return { name: `${sourceText(config.data.source)}, ${which}`, items, left: [] };
}
