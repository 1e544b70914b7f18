/**
 * Wheels of Python's package index, by its JSON interface
 * (https://packaging.python.org/en/latest/specifications/simple-repository-api/). No Python is run.
 */
import { z } from "zod";
import { HubError, receiveJson } from "../../../checkpoints/index.ts";
import { EngineError } from "../../../engine/index.ts";

export interface Wheel {
  readonly name: string;
  readonly address: string;
  readonly size: number;
  readonly sha256: string;
}

/** Of a machine, as Node names them. */
export interface Platform {
  readonly platform: string;
  readonly architecture: string;
}

export const thisPlatform: Platform = { platform: process.platform, architecture: process.arch };

/** `PIP_INDEX_URL` where it is set, as pip has it. */
const indexAddress = (): string =>
  (process.env.PIP_INDEX_URL || "https://pypi.org/simple").replace(/\/+$/, "");

const mediaType = "application/vnd.pypi.simple.v1+json";
/** Of a wheel; the largest of NVIDIA's are under one. */
const mostBytes = 4 * 2 ** 30;

const pageSchema = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      size: z.number().int().positive().max(mostBytes).optional(),
      hashes: z.record(z.string(), z.string()),
    }),
  ),
});

/**
 * The wheel of that version for the platform; of several, for several Pythons, the last.
 * @throws EngineError when the index has none, or gives no digest or size for it.
 */
export async function findWheel(
  name: string,
  version: string,
  platform: Platform,
  index: string = indexAddress(),
): Promise<Wheel> {
  const address = `${index}/${name}/`;
  const page = pageSchema.safeParse(await ask(address, name));
  if (!page.success) throw new EngineError(`${address}: the answer is no list of files`);
  const prefix = `${name.replaceAll("-", "_")}-${version}-`;
  const found = page.data.files.filter(
    ({ filename }) => filename.startsWith(prefix) && isFor(filename, platform),
  );
  const file = found.at(-1);
  if (file === undefined) {
    throw new EngineError(
      `${address} has no wheel ${version} for ${platform.platform} on ${platform.architecture}`,
    );
  }
  const { sha256 } = file.hashes;
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || file.size === undefined) {
    throw new EngineError(`${address} gives no size or SHA-256 for ${file.filename}`);
  }
  const url = URL.canParse(file.url, address) ? new URL(file.url, address) : null;
  if (url === null || (url.protocol !== "https:" && url.host !== new URL(address).host)) {
    throw new EngineError(`${address} gives an address for ${file.filename} that is not safe`);
  }
  return { name: file.filename, address: url.href, size: file.size, sha256 };
}

async function ask(address: string, name: string): Promise<unknown> {
  try {
    return await receiveJson(address, mediaType, name);
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw new EngineError(`${address}: the answer is no JSON`, { cause });
    }
    throw indexError(address, cause);
  }
}

/** What the index or its host of files answered, without advice that is the Hub's. */
export function indexError(address: string, cause: unknown): unknown {
  if (!(cause instanceof HubError)) return cause;
  const why: Partial<Record<string, string>> = {
    unreachable: "cannot be reached: check the connection; what was received is kept",
    busy: "is busy: try again later; what was received is kept",
    "not-found": "is not there",
    "wrong-hash": "came with another SHA-256 than the index says, twice; it was thrown away",
    "wrong-size": "came with another size than the index says, twice; it was thrown away",
  };
  return new EngineError(`${address} ${why[cause.code] ?? cause.message}`, { cause });
}

const systems: Readonly<Record<string, RegExp>> = {
  linux: /^manylinux/,
  darwin: /^macosx/,
  win32: /^win/,
};
const architectures: Readonly<Record<string, RegExp>> = {
  x64: /(x86_64|amd64)$/,
  arm64: /(aarch64|arm64)$/,
};

/** The last tag of a wheel's name is its platforms, joined by points. */
function isFor(filename: string, { platform, architecture }: Platform): boolean {
  const tags = /-([^-]+)\.whl$/.exec(filename)?.[1]?.split(".") ?? [];
  return tags.some(
    (tag) =>
      tag === "any" ||
      (systems[platform]?.test(tag) === true && architectures[architecture]?.test(tag) === true),
  );
}
