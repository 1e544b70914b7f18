/** The filters of a configuration, as the data floor takes them, and the CLIP that one of them asks. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { resolveModel } from "../../checkpoints/index.ts";
import type { CaptionScorer, FilterOptions } from "../../data/index.ts";
import { ConfigError, type DataConfig } from "../config/index.ts";
import { clipOnnxFiles, openClip } from "../metrics/index.ts";
import { clipReward } from "../rewards/index.ts";

export function filtersOf({ filters }: Pick<DataConfig, "filters">): FilterOptions {
  const { leastElements, mostElements, leastTokens, mostTokens, clip: _, ...same } = filters;
  return {
    ...same,
    elements: { least: leastElements, most: mostElements },
    tokens: { least: leastTokens, most: mostTokens },
  };
}

/**
 * Opens the CLIP of `data.filters.clip` for as long as it is used; none where nothing is scored.
 * @throws ConfigError where none is named; HubError, MetricError for one that cannot be opened
 */
export async function withScorer<T>(
  { filters }: Pick<DataConfig, "filters">,
  use: (scorer: CaptionScorer | undefined) => Promise<T>,
): Promise<T> {
  const named = await scorerOf({ filters });
  if (named === null) return use(undefined);
  const clip = await openClip(named.folder, availableParallelism());
  try {
    const score = clipReward(clip);
    return await use({
      id: named.id,
      score: (batch) =>
        score(
          batch.map(({ drawing, caption }) => {
            return { prompt: caption, drawing, ids: [], reference: null };
          }),
        ),
    });
  } finally {
    await clip.dispose();
  }
}

/**
 * Where the CLIP of `data.filters.clip` lies, and what names it: the sum of its files. Null where nothing
 * is scored.
 * @throws ConfigError where none is named; HubError
 */
export async function scorerOf({
  filters,
}: Pick<DataConfig, "filters">): Promise<{ readonly folder: string; readonly id: string } | null> {
  if (filters.clipScore === null) return null;
  if (filters.clip === null) {
    throw new ConfigError([
      "data.filters.clip: expected a folder that holds a CLIP, or an id of the Hub, as openai/clip-vit-base-patch32, since data.filters.clipScore asks for one, but found null",
    ]);
  }
  const { folder } = await resolveModel(filters.clip);
  return { folder, id: await sumOf(folder) };
}

/** How text and pictures come to it decides its scores as its weights do. */
const clipTexts = ["config.json", "tokenizer.json", "preprocessor_config.json"];

/** Of the files that it is run from; of none where it has none, which is told when it is opened. */
async function sumOf(folder: string): Promise<string> {
  const onnx = clipOnnxFiles.every((name) => existsSync(join(folder, name)));
  const sums: string[] = [];
  for (const name of [...clipTexts, ...(onnx ? clipOnnxFiles : ["model.safetensors"])]) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    sums.push(`${name} ${hash.digest("hex")}`);
  }
  return sums.join(", ");
}
