/** A Hub with one small model, and what tests of downloads share. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HubError, type HubFault, type HubOptions } from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { MisbehavingHub } from "./misbehaving-hub.ts";

export const id = "icons/tiny-llama";
export const config = '{ "model_type": "llama" }';
/** Several megabytes, so that connections can be cut while they carry it. */
export const weights = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i + (i >> 8)) % 251);
export const files = {
  "config.json": config,
  "tokenizer.json": "{}",
  "README.md": "# Tiny",
  "model.safetensors": weights,
  "pytorch_model.bin": "pickle",
};
export const large = ["model.safetensors"];

/** Tries again at once; only tests of slow servers wait for less than a busy machine may take. */
export const quick = {
  attempts: 3,
  firstDelay: 1,
  longestDelay: 50,
  answer: 20_000,
  stall: 20_000,
};
export const impatient = { ...quick, answer: 400, stall: 200, slowest: 1000 };

/** A suite whose every test has a Hub and a cache of its own. */
export function hubSuite(name: string) {
  const hubs = suite<{ hub: MisbehavingHub; cache: string }>(name);
  hubs.before.each(async (context) => {
    context.hub = await MisbehavingHub.start();
    context.hub.add(id, { files, large });
    context.cache = temporaryFolder();
  });
  hubs.after.each(({ hub }) => hub.stop());
  return hubs;
}

export interface Context {
  readonly hub: MisbehavingHub;
  readonly cache: string;
}

export function options({ hub, cache }: Context, more: HubOptions = {}): HubOptions {
  return {
    endpoint: hub.endpoint,
    cacheFolder: cache,
    token: null,
    offline: false,
    patience: quick,
    ...more,
  };
}

export async function refuses(
  promise: Promise<unknown>,
  code: HubFault,
  message: RegExp,
): Promise<HubError> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    return error;
  }
  return assert.unreachable(`was not refused as ${code}`) as never;
}

export const repositoryIn = (cache: string) => join(cache, "models--icons--tiny-llama");
export const blobsIn = (cache: string) => readdirSync(join(repositoryIn(cache), "blobs")).sort();
export const isWeights = (folder: string) =>
  Buffer.compare(readFileSync(join(folder, "model.safetensors")), weights) === 0;
