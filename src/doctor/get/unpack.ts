/** A wheel is a zip archive: some of its files into a folder. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { EngineError } from "../../../engine/index.ts";

/** Of all that is unpacked: an archive may say less than it holds. */
const mostBytes = 8 * 2 ** 30;

/**
 * @param place where a file goes within `folder`; null where it is left out.
 * @returns the places that were written.
 * @throws EngineError when the archive is damaged, or a file would leave the folder.
 */
export async function unpack(
  archive: string,
  folder: string,
  place: (path: string) => string | null,
): Promise<string[]> {
  try {
    const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
    try {
      return await unpackEntries(zip, folder, place);
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(`${archive} cannot be unpacked: ${why}`, { cause });
  }
}

async function unpackEntries(
  zip: ZipFile,
  folder: string,
  place: (path: string) => string | null,
): Promise<string[]> {
  const written: string[] = [];
  let left = mostBytes;
  for (const entry of await entriesOf(zip)) {
    const to = place(entry.fileName);
    if (to === null || written.includes(to)) continue;
    const path = normalize(join(folder, to));
    if (!path.startsWith(normalize(folder) + sep)) {
      throw new EngineError(`${entry.fileName} would leave the folder it is unpacked into`);
    }
    await mkdir(dirname(path), { recursive: true });
    const bounded = new Transform({
      transform(chunk: Uint8Array, _, done) {
        left -= chunk.byteLength;
        if (left < 0) done(new EngineError(`the archive holds more than ${mostBytes} bytes`));
        else done(null, chunk);
      },
    });
    await pipeline(
      await zip.openReadStreamPromise(entry),
      bounded,
      createWriteStream(path, { mode: modeOf(entry) }),
    );
    written.push(to);
  }
  return written;
}

/** Programs stay programs: Unix permissions stand in the upper half of the entry's attributes. */
function modeOf({ externalFileAttributes }: Entry): number {
  return ((externalFileAttributes >>> 16) & 0o111) === 0 ? 0o644 : 0o755;
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      if (!entry.fileName.endsWith("/")) entries.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(entries)).on("error", reject);
    zip.readEntry();
  });
}
