/** What a model needs for drawings that it never saw, by the form in which its weights are kept. */

import { type Batch, evaluationBatches, type TokenDataset } from "../../../data/index.ts";
import { startEngine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { type Model, type WeightDtype, weightBytes } from "../../../models/index.ts";
import { evaluateModel } from "../../../trainers/index.ts";
import { type Config, type Override, resolveConfig, sourceText } from "../../config/index.ts";
import {
  type CaptionAccuracy,
  type ChangeAccuracy,
  type HeldOutScore,
  heldOutScore,
  type Measure,
} from "../../evaluate/index.ts";
import { SvgGenerator } from "../../generate/index.ts";
import { formatCount, LoadingBar } from "../../report/index.ts";
import { contextLengthOf } from "../context.ts";
import { drawingTokenizerOf } from "../loading/drawing-tokenizer.ts";
import type { LoadedModel } from "../loading/load-model.ts";
import { loadSource } from "../loading/model-source.ts";
import { type NamedModel, sourceAndConfig } from "../loading/named-model.ts";
import { scoredDrawings } from "../prepare-data.ts";
import { measureCaptioning } from "../record/measure-captions.ts";
import { measureChanging } from "../record/measure-changes.ts";
import { measureDrawings } from "../record/measure-drawings.ts";
import { drawsCaptions, saysCaptions } from "../tasks.ts";

export interface EvaluateRequest extends NamedModel {
  /** Of the run's configuration; `data.source` says which drawings where no run does. */
  readonly overrides?: readonly Override[] | undefined;
  /** How the model's matrices are held, float32 unless given; the model is loaded anew for each. */
  readonly weightDtypes?: readonly WeightDtype[] | undefined;
  /** Score the drawings that the configuration trains on, too. */
  readonly all?: boolean | undefined;
  /** Draw captions with the first of `weightDtypes` and compare with the real icons. */
  readonly measure?: boolean | undefined;
  /** Is told of damaged checkpoints that are passed over. */
  readonly notice?: ((message: string) => void) | undefined;
}

export interface EvaluatedWeights extends HeldOutScore {
  readonly weightDtype: WeightDtype;
  /** Bytes of the decoder's weights. */
  readonly weightBytes: number;
  /** `natsPerToken` less that of the first. */
  readonly change: number;
}

export interface EvaluatedModel {
  /** The folder of what was trained last. */
  readonly checkpoint: string;
  /** In words. */
  readonly engine: string;
  /** Where the drawings came from. */
  readonly data: string;
  /** Whether only drawings were scored that the configuration holds out. */
  readonly heldOut: boolean;
  readonly results: readonly EvaluatedWeights[];
  /** Null unless it was asked for, of a model that draws captions. */
  readonly measure: Measure | null;
  /** Null unless it was asked for, of a model that says what drawings show. */
  readonly captions: CaptionAccuracy | null;
  /** Of a model that completes or edits drawings, one each; empty unless it was asked for. */
  readonly changes: readonly ChangeAccuracy[];
}

/**
 * What `pathloom evaluate` does: how many nats a token and bits a drawing the model needs for drawings
 * that it never saw, their captions given.
 * @throws UsageError where there is nothing to score; CheckpointError, HubError, SourceError
 * @example
 * const { results } = await evaluateRun({ run: "runs/quickstart", weightDtypes: ["float32", "int8"] });
 * for (const { weightDtype, bitsPerDrawing } of results) console.log(weightDtype, bitsPerDrawing);
 */
export async function evaluateRun(request: EvaluateRequest): Promise<EvaluatedModel> {
  const { overrides = [], weightDtypes = ["float32"], all = false, notice = () => {} } = request;
  const { source, config } = sourceAndConfig(request, overrides, () => configFor(overrides));
  const { engine } = await startEngine(config.train.engine, {
    threads: config.train.threads,
    precision: config.train.precision,
  });
  try {
    let checkpoint = "";
    let drawings: ScoredDrawings | null = null;
    let measure: Measure | null = null;
    let captions: CaptionAccuracy | null = null;
    let changes: ChangeAccuracy[] = [];
    const results: EvaluatedWeights[] = [];
    for (const weightDtype of weightDtypes) {
      const loaded = await loadSource(engine, source, weightDtype, notice);
      try {
        checkpoint = loaded.folder;
        drawings ??= await drawingsFor(loaded, config, all);
        const score = scoreOf(loaded.model, drawings, `scoring ${weightDtype}`);
        const change = score.natsPerToken - (results[0] ?? score).natsPerToken;
        const bytes = weightBytes(loaded.model.config, weightDtype);
        results.push({ weightDtype, weightBytes: bytes, ...score, change });
        if (request.measure === true && results.length === 1) {
          const { model } = loaded;
          const generator = new SvgGenerator(model, drawingTokenizerOf(loaded));
          const context = contextLengthOf(config.model, model.config.contextLength);
          if (drawsCaptions(config)) measure = await measureDrawings(generator, config, context);
          if (saysCaptions(config)) captions = await measureCaptioning(generator, config, context);
          changes = await measureChanging(generator, config, context, notice);
        }
      } finally {
        loaded.model.dispose();
      }
    }
    const { summary } = engine.describe();
    return {
      checkpoint,
      engine: summary,
      data: sourceText(config.data.source),
      heldOut: !all,
      results,
      measure,
      captions,
      changes,
    };
  } finally {
    engine.dispose();
  }
}

interface ScoredDrawings {
  readonly dataset: TokenDataset;
  readonly batches: () => Iterable<Batch>;
}

async function drawingsFor(
  loaded: LoadedModel,
  config: Config,
  all: boolean,
): Promise<ScoredDrawings> {
  const { model } = loaded;
  const svgTokenizer = drawingTokenizerOf(loaded);
  const context = contextLengthOf(config.model, model.config.contextLength);
  const dataset = await scoredDrawings(config, svgTokenizer, { all, context });
  if (dataset.size === 0)
    throw new UsageError(`${sourceText(config.data.source)}: ${whyNone(all)}`);
  const options = {
    batchSize: config.train.batchSize,
    sequenceLength: context,
    packing: config.data.packing,
    pad: svgTokenizer.vocabulary.special.pad,
  };
  return { dataset, batches: () => evaluationBatches(dataset, options) };
}

/** Without a run's folder, nothing says which drawings are to be scored. */
function configFor(overrides: readonly Override[]): Config {
  if (overrides.some(({ path }) => path === "data.source")) return resolveConfig({}, overrides);
  throw new UsageError(
    "say which drawings to score, as --data.source icons; only a run's whole folder, given by --run, says which are its own",
  );
}

function whyNone(all: boolean): string {
  const tooLong = "is longer than the model's context or --data.maxTokens";
  if (all) return `no drawing can be scored: each ${tooLong}`;
  return `no drawing to score: none is held out, or each that is ${tooLong}; raise --data.heldOut, or say --all`;
}

function scoreOf(model: Model, { dataset, batches }: ScoredDrawings, what: string): HeldOutScore {
  const bar = new LoadingBar(process.stderr, what, undefined, (total) => {
    return `${formatCount(total)} drawings`;
  });
  try {
    const { loss, targetCount: counted } = evaluateModel(
      model,
      watched(batches(), dataset.size, bar),
    );
    return heldOutScore(loss * counted, counted, dataset.size);
  } finally {
    bar.finish();
  }
}

function* watched(batches: Iterable<Batch>, total: number, bar: LoadingBar): Iterable<Batch> {
  let done = 0;
  for (const batch of batches) {
    yield batch;
    done += batch.samples;
    bar.update(done, total);
  }
}
