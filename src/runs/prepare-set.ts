/** From a configuration to a prepared set: a folder of shards that `train` starts from in seconds. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decoderOf, type TokenizerSettings, writeTextAtomically } from "../../checkpoints/index.ts";
import {
  drawingOf,
  type FontAt,
  fontsAt,
  isPreparedSet,
  type Manifest,
  openPreparedSet,
  openSources,
  prepareSet,
  readManifest,
} from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";
import {
  type Config,
  ConfigError,
  sourceEntries,
  sourceText,
  taskEntries,
} from "../config/index.ts";
import { dataPage } from "../report/index.ts";
import { contextLengthOf } from "./context.ts";
import { filtersOf, scorerOf, withScorer } from "./filters.ts";
import { augmentOf, noTexts } from "./prepare-data.ts";
import { decidingKeys, withDefaults } from "./prepared-data.ts";
import { openPretrained } from "./pretrained.ts";
import { lockRun } from "./run-lock.ts";
import { holdsEdits, taskOptions } from "./tasks.ts";
import { canonicalOf, chooseTokenizer, ownVocabulary, tokenizerInputs } from "./tokenizer.ts";

export interface PrepareRequest {
  readonly config: Config;
  /** A new folder, or one in which the same set was begun. */
  readonly folder: string;
  /** As many as the machine has cores unless given. */
  readonly threads?: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export interface PreparedSummary {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The page of statistics. */
  readonly page: string;
  /** Whether it lay there whole already. */
  readonly wasThere: boolean;
}

/**
 * Prepares the drawings of a configuration. What was killed goes on, and ends in the same bytes.
 * @throws UsageError where the folder holds something else; RunLockedError where it is being prepared
 * @throws SourceError, ConfigError, HubError, StorageError
 */
export async function prepareDrawings(request: PrepareRequest): Promise<PreparedSummary> {
  const { config, folder } = request;
  if (config.data.tooLong === "scenes") {
    throw new ConfigError([
      "data.tooLong: scenes are cut for the context of a run, which a prepared set does not know; prepare with drop, or train from the sources",
    ]);
  }
  if (holdsEdits(config.data)) {
    throw new ConfigError([
      "data.source: a table of edits (columns.before) is trained from as it is; a prepared set makes edits of drawings",
    ]);
  }
  const start = await startOf(config);
  const sections = sectionsOf(config);
  const digest = digestOf(sections, start);
  refuseOther(folder, sections, start);
  mkdirSync(folder, { recursive: true });
  const lock = lockRun(folder);
  try {
    const wasThere = isPreparedSet(folder);
    const begun = join(folder, "begun.json");
    if (!wasThere) {
      if (!existsSync(begun)) writeTextAtomically(begun, JSON.stringify({ digest }));
      await withScorer(config.data, (scorer) =>
        prepareSet({
          ...optionsOf(request, start, digest),
          ...(scorer === undefined ? {} : { scorer }),
        }),
      );
    }
    const page = join(folder, "statistics.html");
    if (!wasThere || !existsSync(page)) writeTextAtomically(page, statisticsOf(folder));
    return { folder, manifest: readManifest(folder), page, wasThere };
  } finally {
    lock.release();
  }
}

interface Start {
  /** `tokenizer.json` of the model that training will start from; undefined without. */
  readonly pretrained: unknown;
  /** What its tokenizer is used with. */
  readonly settings: TokenizerSettings;
  readonly maxTokens: number;
  /** Contents behind names of the configuration that decide what the set holds; null without. */
  readonly inputs: {
    readonly tokenizer: unknown;
    readonly scorer: string | null;
    readonly fonts?: readonly FontAt[];
  } | null;
}

async function startOf(config: Config): Promise<Start> {
  const start = await modelStart(config);
  const tokenizer = tokenizerInputs(config.tokenizer, start.settings);
  const scorer = (await scorerOf(config.data))?.id ?? null;
  const fonts = fontsAt(config.data.fonts);
  const named = fonts.length === 0 ? {} : { fonts };
  const none = tokenizer === null && scorer === null && fonts.length === 0;
  return { ...start, inputs: none ? null : { tokenizer, scorer, ...named } };
}

async function modelStart({ model, data }: Config): Promise<Omit<Start, "inputs">> {
  if (model.from === null) {
    return {
      pretrained: undefined,
      settings: {},
      maxTokens: data.maxTokens ?? contextLengthOf(model, null),
    };
  }
  const { checkpoint } = await openPretrained(model.from);
  try {
    const context = contextLengthOf(model, decoderOf(checkpoint).contextLength);
    return {
      pretrained: checkpoint.tokenizer,
      settings: checkpoint.tokenizerSettings,
      maxTokens: data.maxTokens ?? context,
    };
  } finally {
    checkpoint.close();
  }
}

function sectionsOf({ data, tokenizer }: Config): Manifest["config"] {
  const kept = [["source", data.source], ...decidingKeys.map((key) => [key, data[key]])];
  return JSON.parse(JSON.stringify({ data: Object.fromEntries(kept), tokenizer }));
}

function digestOf(sections: Manifest["config"], { pretrained, maxTokens, inputs }: Start): string {
  const deciding = {
    ...sections,
    maxTokens,
    pretrained: pretrained ?? null,
    // Left out where there are none, so that older sets are known again.
    ...(inputs === null ? {} : { inputs }),
  };
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex");
}

/** A folder of something else is never written into. */
function refuseOther(folder: string, sections: Manifest["config"], start: Start): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder).filter((name) => name !== "run.lock");
  if (names.length === 0) return;
  if (isPreparedSet(folder)) {
    const { config, digest } = readManifest(folder);
    // By its own sections, which may lack keys that are newer than the set.
    const same = isDeepStrictEqual(withDefaults(config), withDefaults(sections));
    if (same && digest === digestOf(config, start)) return;
    throw new UsageError(
      `${folder} holds a set that was prepared by another configuration, or from another tokenizer, chat template or CLIP; name another folder, or delete this one`,
    );
  }
  if (!names.includes("begun.json")) {
    throw new UsageError(`${folder} holds other things; name a new folder`);
  }
}

function optionsOf(
  { config, folder, threads, onProgress }: PrepareRequest,
  start: Start,
  digest: string,
) {
  const { data, tokenizer } = config;
  const { pretrained, settings, maxTokens, inputs } = start;
  const { captionVariants: variants, captionTags: tags, fileNames } = data;
  const captions = { variants, tags, fileNames };
  const early = !ownVocabulary(tokenizer) || pretrained !== undefined;
  const base = early ? chooseTokenizer(tokenizer, noTexts, pretrained, settings).tokenizer : null;
  const { heldOut, splitNames, styleWords, strokeWidth, limit } = data;
  return {
    folder,
    digest,
    config: sectionsOf(config),
    maxTokens,
    ...(isPlain(config) ? {} : { made: taskOptions(config) }),
    heldOut,
    splitNames,
    styleWords,
    strokeWidth,
    limit,
    sources: openSources(sourceEntries(data.source), captions),
    canonical: base?.canonical ?? canonicalOf(tokenizer),
    augment: augmentOf(data),
    filters: filtersOf(data),
    fonts: inputs?.fonts ?? [],
    makeTokenizer: (texts: Parameters<typeof chooseTokenizer>[1]) =>
      base ?? chooseTokenizer(tokenizer, texts, pretrained, settings).tokenizer,
    threads: threads ?? availableParallelism(),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** Whether captions are drawn, and nothing else is learnt. */
function isPlain({ data }: Config): boolean {
  return taskEntries(data.task).every(({ task, weight }) => task === "text-to-svg" && weight === 1);
}

/** Samples of each tenth of the lengths, a few of each, evenly spread. */
function statisticsOf(folder: string): string {
  const set = openPreparedSet(folder);
  const { train, tokenizer, manifest, reports } = set;
  const byLength = Array.from({ length: train.size }, (_, sample) => sample).sort(
    (a, b) => lengthOf(a) - lengthOf(b) || a - b,
  );
  function lengthOf(sample: number): number {
    return train.lengthOf({ sample, caption: 0, drawing: 0 });
  }
  const perTenth = 6;
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const part = byLength.slice(
      Math.floor((tenth * train.size) / 10),
      Math.floor(((tenth + 1) * train.size) / 10),
    );
    const shown = Array.from({ length: Math.min(perTenth, part.length) }, (_, index) => {
      const sample = part[Math.floor(((index + 0.5) * part.length) / perTenth)] ?? part[index]!;
      const plain = train.plain(sample);
      return {
        caption: train.captions(sample)[0] ?? "",
        tokens: plain.tokens.length,
        drawing: tokenizer.decode(drawingOf(plain)),
      };
    });
    return {
      from: part.length === 0 ? 0 : lengthOf(part[0]!),
      to: part.length === 0 ? 0 : lengthOf(part.at(-1)!),
      shown,
    };
  });
  return dataPage({
    source: sourceText(manifest.config.data.source as Parameters<typeof sourceText>[0]),
    reports,
    maxTokens: manifest.maxTokens,
    tokenizer: String(manifest.config.tokenizer.type),
    vocabulary: manifest.tokenizer.vocabulary,
    bytes: manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0),
    tenths,
  });
}
