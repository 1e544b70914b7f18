/**
 * One content into the cache: what an earlier attempt received is gone on with (`Range`), broken
 * connections are resumed, and nothing takes its name before size and digest are right.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { sizeOf } from "./cache.ts";
import { guardCache } from "./cache-guard.ts";
import { HubError } from "./hub-error.ts";
import { claimPartial, isBeingReceived } from "./partial-file.ts";
import { Receiver } from "./receiver.ts";
import type { RepositoryFile } from "./repository.ts";
import { givenUp, PassingFault, pause, request, type Settings } from "./request.ts";

export interface Download {
  readonly file: RepositoryFile;
  readonly address: string;
  /** Where the content belongs. */
  readonly blob: string;
  /** Named in errors. */
  readonly subject: string;
  /** Gets the bytes received so far. */
  readonly onBytes: (received: number) => void;
}

/** So many new bytes make an attempt count as progress. */
const worthwhile = 2 ** 20;
const waitForOther = 200;

/** By content, so that a process never receives the same twice at a time. */
const inFlight = new Map<string, Promise<void>>();

/** @throws HubError */
export async function download(settings: Settings, task: Download): Promise<void> {
  const { blob, file } = task;
  const running = inFlight.get(blob);
  if (running !== undefined) await running;
  else {
    const own = guardCache(blob, () => receiveUnlessThere(settings, task));
    inFlight.set(blob, own);
    await own.finally(() => inFlight.delete(blob));
  }
  task.onBytes(file.size);
}

async function receiveUnlessThere(settings: Settings, task: Download): Promise<void> {
  const { blob, file } = task;
  await mkdir(dirname(blob), { recursive: true });
  while ((await sizeOf(blob)) !== file.size) {
    if (!(await isBeingReceived(blob, 2 * settings.patience.stall))) {
      return receiveInto(settings, task, await claimPartial(blob));
    }
    await new Promise((resolve) => setTimeout(resolve, waitForOther));
  }
}

async function receiveInto(settings: Settings, task: Download, partial: string): Promise<void> {
  const receiver = await Receiver.open(partial, task.file);
  try {
    await receiver.requireSpace();
    await receiveWhole(settings, task, receiver);
    await receiver.sync();
  } finally {
    await receiver.close();
  }
  await rename(partial, task.blob);
}

/** Until the content is whole and right. Wrong content is thrown away, and once received anew. */
async function receiveWhole(settings: Settings, task: Download, receiver: Receiver): Promise<void> {
  let failures = 0;
  let furthest = receiver.received;
  let isSecond = false;
  for (;;) {
    try {
      const wrong = await receiveRest(settings, task, receiver);
      if (wrong === null) return;
      await receiver.restart();
      if (isSecond) {
        await rm(receiver.path, { force: true });
        throw wrongContent(task, wrong);
      }
      isSecond = true;
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      if (receiver.received >= furthest + worthwhile) {
        furthest = receiver.received;
        failures = 0;
      }
      failures++;
      if (failures >= settings.patience.attempts) throw givenUp(task.subject, failures, error);
      await pause(settings.patience, failures, error);
    }
  }
}

type Wrong = "wrong-size" | "wrong-hash";

function wrongContent({ subject, file }: Download, code: Wrong): HubError {
  const what = code === "wrong-size" ? `the ${file.size} bytes` : `the ${file.digest.kind}`;
  const reason = `what comes has not ${what} that the Hub lists, twice; it was thrown away. Try later, or without the proxy or mirror in between`;
  return new HubError(code, subject, reason);
}

/** One connection's worth. @returns what is wrong with the content, if anything. */
async function receiveRest(
  settings: Settings,
  { address, subject, file, onBytes }: Download,
  receiver: Receiver,
): Promise<Wrong | null> {
  if (receiver.received < file.size) {
    const stop = new AbortController();
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (receiver.received > 0) headers.range = `bytes=${receiver.received}-`;
    const response = await request(
      settings,
      subject,
      address,
      { headers, signal: stop.signal },
      [416],
    );
    const wrong = await startingPoint(response, receiver);
    if (wrong !== null) {
      stop.abort();
      return wrong;
    }
    const isTooLong = await readBody(settings, response, receiver, stop, onBytes);
    if (isTooLong) return "wrong-size";
  }
  return receiver.isRight() ? null : "wrong-hash";
}

/** Brings the receiver to where the answer begins. */
async function startingPoint(response: Response, receiver: Receiver): Promise<Wrong | null> {
  const { status, headers } = response;
  const { size } = receiver.file;
  if (status === 416) {
    await response.body?.cancel();
    await receiver.restart();
    throw new PassingFault("the server refuses to go on where the file was left", null);
  }
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    if (range?.[1] === String(receiver.received) && [String(size), "*"].includes(range[2]!)) {
      return null;
    }
    return "wrong-size";
  }
  if (receiver.received > 0) await receiver.restart();
  const length = headers.get("content-length");
  const isPlain = (headers.get("content-encoding") ?? "identity") === "identity";
  return isPlain && length !== null && Number(length) !== size ? "wrong-size" : null;
}

/** @returns whether more came than belongs to the file. */
async function readBody(
  { patience }: Settings,
  response: Response,
  receiver: Receiver,
  stop: AbortController,
  onBytes: (received: number) => void,
): Promise<boolean> {
  let seen = receiver.received;
  const watch = setInterval(() => {
    if (receiver.received - seen < patience.slowest) stop.abort();
    seen = receiver.received;
  }, patience.stall);
  try {
    for await (const chunk of response.body ?? []) {
      if (!(await receiver.write(chunk))) return true;
      onBytes(receiver.received);
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    const why = stop.signal.aborted ? "is too slow" : "broke";
    throw new PassingFault(`the connection ${why} after ${receiver.received} bytes`, error);
  } finally {
    clearInterval(watch);
  }
  if (receiver.received === receiver.file.size) return false;
  throw new PassingFault(`the answer ended after ${receiver.received} bytes`, null);
}
