/** The models that metrics ask, opened when the first metric asks, and closed together. */
import { HubError, resolveModel } from "../../../checkpoints/index.ts";
import { AestheticPredictor } from "./aesthetic-predictor.ts";
import type { LayerEncoder, PairEncoder, PictureEncoder } from "./encoder.ts";
import { openLayerEncoder, openPictureEncoder } from "./onnx-pictures.ts";
import { clipOnnxFiles, openClip } from "./open-clip.ts";

/**
 * Folders, or ids of the Hub; null where none is at hand.
 * @example
 * const weights: MetricWeights = { ...noWeights, clip: "openai/clip-vit-large-patch14" };
 */
export interface MetricWeights {
  readonly clip: string | null;
  readonly hps: string | null;
  readonly dino: string | null;
  readonly inception: string | null;
  readonly lpips: string | null;
  /** A file. */
  readonly aesthetic: string | null;
}

export const noWeights: MetricWeights = {
  ...{ clip: null, hps: null, dino: null },
  ...{ inception: null, lpips: null, aesthetic: null },
};

/** What to give for each, where it is missing. */
const toGive: Readonly<Record<keyof MetricWeights, string>> = {
  clip: "evaluate.clip: a folder with a CLIP, or an id of the Hub as openai/clip-vit-large-patch14",
  hps: "evaluate.hps: a folder with the CLIP of HPS v2 (scripts/encoders.py makes it)",
  dino: "evaluate.dino: a folder with a DINOv2 as ONNX, or an id of the Hub as Xenova/dinov2-base",
  inception: "evaluate.inception: a folder with InceptionV3 as ONNX (scripts/encoders.py makes it)",
  lpips: "evaluate.lpips: a folder with LPIPS as ONNX (scripts/encoders.py makes it)",
  aesthetic:
    "evaluate.aesthetic: LAION's predictor as .safetensors or .json (scripts/encoders.py makes it)",
};

/** Of models of pictures on the Hub. */
const pictureFiles = ["config.json", "preprocessor_config.json", "onnx/model.onnx"];
const pairFiles = ["config.json", "preprocessor_config.json", "tokenizer.json", ...clipOnnxFiles];

interface Disposable {
  dispose(): Promise<void>;
}

export class Encoders {
  readonly weights: MetricWeights;
  readonly #threads: number;
  readonly #open = new Map<string, Promise<Disposable>>();

  constructor(weights: MetricWeights, threads = 1) {
    this.weights = weights;
    this.#threads = threads;
  }

  /** Why a metric that asks for this is not run; null where it can be. */
  missing(name: keyof MetricWeights): string | null {
    return this.weights[name] === null ? `give ${toGive[name]}` : null;
  }

  /** @throws MetricError, HubError; RangeError where none is named. */
  pair(name: "clip" | "hps"): Promise<PairEncoder> {
    return this.#opened(name, async (source) =>
      openClip(await foundFolder(source, pairFiles), this.#threads),
    );
  }

  pictures(name: "dino" | "inception"): Promise<PictureEncoder> {
    return this.#opened(name, async (source) =>
      openPictureEncoder(await foundFolder(source, pictureFiles), this.#threads),
    );
  }

  layers(): Promise<LayerEncoder> {
    return this.#opened("lpips", (source) => openLayerEncoder(source, this.#threads));
  }

  aesthetic(): AestheticPredictor {
    return new AestheticPredictor(this.#named("aesthetic"));
  }

  async dispose(): Promise<void> {
    for (const opened of this.#open.values()) {
      // One that could not be opened has said so to whoever asked.
      const found = await opened.catch(() => null);
      await found?.dispose();
    }
    this.#open.clear();
  }

  #opened<T extends Disposable>(
    name: keyof MetricWeights,
    open: (source: string) => Promise<T>,
  ): Promise<T> {
    const known = this.#open.get(name) ?? open(this.#named(name));
    this.#open.set(name, known);
    return known as Promise<T>;
  }

  #named(name: keyof MetricWeights): string {
    const source = this.weights[name];
    if (source === null) throw new RangeError(`give ${toGive[name]}`);
    return source;
  }
}

/** Of the Hub, the ONNX files where the repository has them; else what any model needs. */
async function foundFolder(source: string, files: readonly string[]): Promise<string> {
  try {
    return (await resolveModel(source, { files })).folder;
  } catch (error) {
    const lacks = error instanceof HubError && error.code === "file-not-found";
    if (!lacks) throw error;
    return (await resolveModel(source)).folder;
  }
}
