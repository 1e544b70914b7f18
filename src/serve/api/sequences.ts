/** From what a body asks for to the sequences that are drawn. */
import { randomInt } from "node:crypto";
import type { GenerateConfig, ServeConfig } from "../../config/index.ts";
import type { SequenceRequest, ServedModel } from "../engine/protocol.ts";
import { ApiError, badRequest } from "../errors.ts";

/** What the routes need of the server. */
export interface ApiContext {
  readonly models: readonly ServedModel[];
  readonly serve: ServeConfig;
  /** What is taken where a body says nothing. */
  readonly generate: GenerateConfig;
}

export interface Asked {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly top_k?: number | null | undefined;
  readonly coordinate_temperature?: number | null | undefined;
  readonly repetition_penalty?: number | null | undefined;
  readonly guidance?: number | null | undefined;
  readonly seed?: number | null | undefined;
}

export interface Plan {
  readonly requests: readonly SequenceRequest[];
  /** Rows of the batch that they take together, as many as there are at most. */
  readonly rows: number;
  readonly seed: number;
}

/** @throws ApiError 404 */
export function findModel({ models }: ApiContext, id: string | null | undefined): ServedModel {
  const found = id === null || id === undefined ? models[0] : models.find((each) => each.id === id);
  if (found !== undefined) return found;
  const names = models.map((each) => each.id).join(", ");
  throw new ApiError(
    404,
    "not_found_error",
    "model_not_found",
    `there is no model ${JSON.stringify(id).slice(0, 100)}; there are: ${names}`,
    { param: "model" },
  );
}

export interface PlanOptions {
  readonly model: ServedModel;
  readonly prompts: readonly (string | readonly number[])[];
  /** Drawings made of each prompt. */
  readonly candidates: number;
  readonly maxTokens: number | null | undefined;
  readonly scored: boolean;
  readonly alternatives: number | null;
  readonly tokens: boolean;
  readonly stop: readonly string[];
  readonly live: SequenceRequest["live"];
}

/**
 * One sequence a candidate, those of the first prompt first. Their seeds are those of `SvgGenerator`, so
 * that the server draws what `pathloom generate` draws.
 * @throws ApiError where there are too many
 */
export function planSequences(context: ApiContext, asked: Asked, options: PlanOptions): Plan {
  const { generate, serve } = context;
  const { prompts, candidates, model, maxTokens, ...rest } = options;
  const count = prompts.length * candidates;
  if (count > serve.maxChoices) {
    throw badRequest(
      `${count} drawings are asked for; a request may ask for ${serve.maxChoices}`,
      "n",
    );
  }
  const seed = asked.seed ?? randomInt(2 ** 32);
  const guidance = asked.guidance ?? generate.guidance;
  const temperature = asked.temperature ?? generate.temperature;
  const common = {
    ...rest,
    model: model.id,
    maxTokens: least(maxTokens ?? null, least(serve.maxTokens, generate.maxTokens)),
    temperature,
    coordinateTemperature: asked.coordinate_temperature ?? generate.coordinateTemperature,
    topP: asked.top_p ?? generate.topP,
    topK: asked.top_k ?? generate.topK ?? 0,
    repetitionPenalty: asked.repetition_penalty ?? generate.repetitionPenalty,
    guidance,
  };
  const requests = prompts.flatMap((prompt, index) =>
    Array.from({ length: candidates }, (_, candidate): SequenceRequest => {
      const place = candidate === 0 ? `${index}` : `${index}/${candidate}`;
      return { ...common, prompt, seed: `${seed}/${place}` };
    }),
  );
  const each = options.scored || guidance !== 1 ? 2 : 1;
  if (each > serve.rows) throw badRequest("this server has a single row, and guidance takes two");
  return { requests, rows: Math.min(serve.rows, count * each), seed };
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
