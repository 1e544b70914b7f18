/**
 * The loop by which the thesis on complex SVG generation makes its data: captions are simplified by a chat
 * model, worded for an image model, its images traced, and those kept whose drawing is short and like its
 * caption. Whatever was answered once lies in a cache, so that a call that was stopped, or met its budget,
 * goes on by the same command.
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { resolveModel } from "../../checkpoints/index.ts";
import { UsageError } from "../../errors/index.ts";
import type { Drawing } from "../../svg/index.ts";
import type { Config } from "../config/index.ts";
import { openClip } from "../metrics/index.ts";
import { clipReward, type RewardFunction } from "../rewards/index.ts";
import { lockRun, tokenizerOfRecipe, tokenizerOfRun } from "../runs/index.ts";
import { openDecoder, openTracer, type TraceOptions } from "../trace/index.ts";
import { AnswerCache } from "./cache.ts";
import { readCaptions } from "./captions.ts";
import { traceOnce } from "./drawings.ts";
import { ItemFault } from "./errors.ts";
import { makeImage, promptOf, recipesOf } from "./images.ts";
import { Limiter, RequestBudget } from "./limits.ts";
import { inPool } from "./pool.ts";
import { type RankedRecipe, rankRecipes } from "./ranking.ts";
import { type Accepted, type LeftOut, writeFiles, writeSet } from "./record.ts";
import { Service } from "./service.ts";
import { simplifyCaption } from "./simplify.ts";

export interface SynthesizeRequest {
  /** A .txt file of a caption a line, or a table (.jsonl, .csv, .parquet, …) that has a column of them. */
  readonly captions: string;
  /** Of the captions, so many at most. */
  readonly limit?: number | null;
  /** A new folder, or one in which the same was begun. */
  readonly folder: string;
  /** Its sections `synthesize`, `trace` and `tokenizer`. */
  readonly config: Config;
  /** A run or checkpoint whose tokenizer counts, instead of the configuration's. */
  readonly run?: string | undefined;
  readonly notice: (message: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Synthesized {
  readonly folder: string;
  /** `incomplete` where some failed in a way that may pass, as by the budget; the same call goes on. */
  readonly outcome: "done" | "incomplete" | "interrupted";
  readonly captions: number;
  /** Rows of the table that could not be read, beside the captions. */
  readonly damagedRows: number;
  /** Of the captions: those that images were asked for. */
  readonly simplified: number;
  /** Captions left out, images asked for, and of these accepted and left out: the sums add up. */
  readonly captionsLeft: number;
  readonly images: number;
  readonly accepted: number;
  readonly imagesLeft: number;
  /** How many of both were left out for each reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Made in this call, each attempt counted. */
  readonly requests: number;
  readonly ranking: readonly RankedRecipe[];
  /** A picture of some images beside their drawings; null where none was accepted. */
  readonly sheet: string | null;
}

/**
 * @throws UsageError for captions or a folder that cannot be used; ConfigError, SourceError
 * @throws SynthesizeError where a server refuses all requests; TraceError where the tracer or sharp is missing
 * @example
 * const config = resolveConfig({
 *   synthesize: { imageUrl: "http://127.0.0.1:7860/v1", imageModel: "flux-schnell" },
 *   trace: { colors: 1, maxTokens: 1024 },
 * });
 * const made = await synthesize({ captions: "captions.txt", folder: "sets/made", config, notice: console.warn });
 * console.log(`${made.accepted} of ${made.images} images`, made.reasons);
 */
export async function synthesize(request: SynthesizeRequest): Promise<Synthesized> {
  const { config, folder, run, notice } = request;
  let damagedRows = 0;
  let firstBad = "";
  const captions = await readCaptions(request.captions, request.limit ?? null, (bad) => {
    if (damagedRows++ === 0) firstBad = `${bad.place}: ${bad.reason}`;
  });
  if (damagedRows > 0) {
    notice(
      `${request.captions}: rows that cannot be read: ${damagedRows}, the first at ${firstBad}`,
    );
  }
  const tokenizer =
    run === undefined
      ? await tokenizerOfRecipe(config, undefined, notice)
      : tokenizerOfRun(run, notice);
  await openDecoder();
  const tracer = await openTracer(config.trace.tracer);
  refuseOther(folder);
  const cache = new AnswerCache(join(folder, cacheFolder));
  const lock = lockRun(folder);
  let clip: Awaited<ReturnType<typeof openClip>> | null = null;
  try {
    const { clip: source } = config.synthesize;
    if (source !== null) {
      clip = await openClip((await resolveModel(source)).folder, availableParallelism());
    }
    const trace = { tokenizer, settings: config.trace, tracer };
    const score = clip === null ? null : clipReward(clip);
    const made = await new Loop(request, captions, cache, trace, score).run();
    return { ...made, damagedRows };
  } finally {
    await clip?.dispose();
    lock.release();
  }
}

const cacheFolder = "cache";

function refuseOther(folder: string): void {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    return;
  }
  const names = readdirSync(folder).filter((name) => name !== "run.lock");
  if (names.length === 0 || names.includes(cacheFolder)) return;
  throw new UsageError(`${folder}: holds something else; choose a new folder`);
}

interface Asked {
  readonly id: string;
  readonly caption: string;
  readonly simple: string;
  /** Index of the recipe. */
  readonly recipe: number;
}

class Loop {
  readonly #request: SynthesizeRequest;
  readonly #captions: readonly string[];
  readonly #cache: AnswerCache;
  readonly #trace: TraceOptions;
  readonly #decides: string;
  readonly #score: RewardFunction | null;
  readonly #limiter: Limiter;
  readonly #budget: RequestBudget;

  constructor(
    request: SynthesizeRequest,
    captions: readonly string[],
    cache: AnswerCache,
    trace: TraceOptions,
    score: RewardFunction | null,
  ) {
    const { concurrency, maxRequests } = request.config.synthesize;
    this.#request = request;
    this.#captions = captions;
    this.#cache = cache;
    this.#trace = trace;
    this.#decides = JSON.stringify([trace.settings, trace.tokenizer.toJSON()]);
    this.#score = score;
    this.#limiter = new Limiter(concurrency);
    this.#budget = new RequestBudget(maxRequests);
  }

  async run(): Promise<Omit<Synthesized, "damagedRows">> {
    const { config, folder, signal } = this.#request;
    const recipes = recipesOf(config.synthesize);
    const { kept, left } = await this.#simplify();
    const asked = kept.flatMap(({ id, caption, simple }) =>
      recipes.map((_, recipe) => ({ id: `${id}-${recipe}`, caption, simple, recipe })),
    );
    const service = await this.#service("image");
    let done = 0;
    const made = await inPool(asked, this.#width, async (item) => {
      const result = await this.#make(service, item);
      this.#request.onProgress?.("images", ++done, asked.length);
      return result;
    });
    const accepted = made.filter((item): item is Accepted => "svg" in item);
    const imagesLeft = made.filter((item): item is LeftOut => "reason" in item);
    const all = [...left, ...imagesLeft];
    const interrupted = signal?.aborted === true;
    const sheet = interrupted ? null : await writeSet(folder, accepted, all);
    return {
      folder,
      outcome: interrupted
        ? "interrupted"
        : all.some(({ mayPass }) => mayPass)
          ? "incomplete"
          : "done",
      captions: this.#captions.length,
      simplified: kept.length,
      captionsLeft: left.length,
      images: asked.length,
      accepted: accepted.length,
      imagesLeft: imagesLeft.length,
      reasons: countsOf(all.map(({ reason }) => reason.replaceAll(/\d+(\.\d+)?/g, "N"))),
      requests: this.#budget.spent,
      ranking: rankRecipes(
        recipes,
        made.map((item) => ({ ...item, accepted: "svg" in item })),
      ),
      sheet,
    };
  }

  /** More than requests under way, so that these go on while images are traced. */
  get #width(): number {
    return 2 * this.#request.config.synthesize.concurrency;
  }

  #service(kind: "chat" | "image"): Promise<Service> {
    const { synthesize: config } = this.#request.config;
    const { attempts, backoff, timeout } = config;
    return Service.open({
      url: kind === "chat" ? config.chatUrl : config.imageUrl,
      keyName: kind === "chat" ? config.chatKey : config.imageKey,
      keySetting: `synthesize.${kind}Key`,
      attempts,
      backoff,
      timeout,
      limiter: this.#limiter,
      budget: this.#budget,
      cache: this.#cache,
      signal: this.#request.signal,
    });
  }

  async #simplify() {
    const { synthesize: config } = this.#request.config;
    const service = await this.#service("chat");
    let done = 0;
    const answers = await inPool(this.#captions, this.#width, async (caption) => {
      const answer = await orFault(() => simplifyCaption(service, caption, config));
      this.#request.onProgress?.("captions", ++done, this.#captions.length);
      return answer;
    });
    const seen = new Set<string>();
    const kept: { id: string; caption: string; simple: string }[] = [];
    const left: LeftOut[] = [];
    for (const [i, answer] of answers.entries()) {
      const caption = this.#captions[i]!;
      const id = String(i + 1).padStart(6, "0");
      const nothing = { id, caption, recipe: -1, tokens: null, error: null, clip: null };
      if (answer instanceof ItemFault) {
        left.push({ ...nothing, reason: answer.message, mayPass: answer.mayPass });
      } else if (seen.has(answer.toLowerCase())) {
        left.push({ ...nothing, reason: "an earlier caption says the same", mayPass: false });
      } else kept.push({ id, caption, simple: answer });
      if (typeof answer === "string") seen.add(answer.toLowerCase());
    }
    return { kept, left };
  }

  async #make(
    service: Service,
    { id, caption, simple, recipe }: Asked,
  ): Promise<Accepted | LeftOut> {
    const { synthesize: config } = this.#request.config;
    const chosen = recipesOf(config)[recipe]!;
    const prompt = promptOf(chosen, simple);
    const item = { id, caption, recipe, tokens: null, error: null, clip: null };
    const image = await orFault(() => makeImage(service, prompt, chosen, config));
    if (image instanceof ItemFault)
      return { ...item, reason: image.message, mayPass: image.mayPass };
    const traced = await orFault(() => traceOnce(image, this.#trace, this.#decides, this.#cache));
    if (traced instanceof ItemFault)
      return { ...item, reason: traced.message, mayPass: traced.mayPass };
    const { drawing, svg, tokens, error, colors } = traced;
    const clip = await this.#scored(simple, drawing);
    const figures = { ...item, tokens, error, clip };
    const { minClip } = config;
    if (minClip !== null && clip !== null && clip < minClip) {
      const reason = `CLIP's score ${clip.toFixed(3)} is below synthesize.minClip ${minClip}`;
      return { ...figures, reason, mayPass: false };
    }
    const { steps, guidance, seed } = chosen;
    const files = writeFiles(this.#request.folder, id, image, svg);
    return { ...figures, tokens, error, colors, simple, prompt, steps, guidance, seed, ...files };
  }

  async #scored(prompt: string, drawing: Drawing): Promise<number | null> {
    if (this.#score === null) return null;
    const [score = null] = await this.#score([{ prompt, drawing, ids: [], reference: null }]);
    return score;
  }
}

async function orFault<T>(work: () => Promise<T>): Promise<T | ItemFault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ItemFault) return error;
    throw error;
  }
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
