/** Reads values of a parsed JSON file, refusing by place what has another type. */
import { BaseTokenizerError } from "./base-tokenizer.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectAt(json: unknown, place: string): JsonObject {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new BaseTokenizerError(place, `must be an object, not ${short(json)}`);
  }
  return json as JsonObject;
}

export function listAt(json: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(json)) {
    throw new BaseTokenizerError(place, `must be a list, not ${short(json)}`);
  }
  return json;
}

export function textAt(json: unknown, place: string): string {
  if (typeof json !== "string") {
    throw new BaseTokenizerError(place, `must be a text, not ${short(json)}`);
  }
  return json;
}

/** A switch that may be left out. */
export function flagAt(json: unknown, place: string, otherwise: boolean): boolean {
  if (json === undefined || json === null) return otherwise;
  if (typeof json !== "boolean") {
    throw new BaseTokenizerError(place, `must be true or false, not ${short(json)}`);
  }
  return json;
}

export function countAt(json: unknown, place: string, largest: number): number {
  if (typeof json !== "number" || !Number.isInteger(json) || json < 0 || json > largest) {
    throw new BaseTokenizerError(
      place,
      `must be an integer from 0 to ${largest}, not ${short(json)}`,
    );
  }
  return json;
}

/** The list's item of that name. */
export function choiceAt<T extends string>(
  json: unknown,
  place: string,
  choices: readonly T[],
  otherwise?: T,
): T {
  const found = choices.find((choice) => choice === (json ?? otherwise));
  if (found === undefined) {
    throw new BaseTokenizerError(place, `must be one of ${choices.join(", ")}, not ${short(json)}`);
  }
  return found;
}

/** A part of a kind that is not read. */
export function unsupported(place: string, what: string): BaseTokenizerError {
  return new BaseTokenizerError(
    place,
    `${what} is not supported; byte-pair tokenizers are, as GPT-2, Llama, Mistral, Qwen, Phi, Gemma and Falcon have them`,
  );
}

/** A value as it may stand in a message. */
export function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
