/** `doctor --get`: wheels of an index that behaves, and of ones that do not. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { getEngine } from "../../src/doctor/index.ts";
import { zipOf } from "./small-zip.ts";

const engines = mkdtempSync(join(tmpdir(), "pathloom-engines-"));
process.env.PATHLOOM_ENGINES = engines;
const linux = { platform: "linux", architecture: "x64" };
const wheelName = "openvino-2026.4.1-1-cp312-cp312-manylinux_2_28_x86_64.whl";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const wheel = zipOf({
  "openvino/libs/libopenvino_c.so.2641": "the C interface",
  "openvino/libs/libopenvino_intel_gpu_plugin.so": "of no use here",
  "openvino/libs/cache.json": "of no use here",
  "openvino/__init__.py": "of no use here",
  "openvino-2026.4.1.dist-info/licenses/LICENSE": "Apache",
});

interface Listed {
  readonly filename: string;
  readonly size?: number;
  readonly sha256?: string;
}

/** What the index says and has, and which parts of the wheel were asked for. */
const state = { listed: [] as Listed[], content: wheel, ranges: [] as (string | undefined)[] };

const server = createServer((request, response) => {
  if (request.url === "/simple/openvino/") {
    const files = state.listed.map((each) => ({
      filename: each.filename,
      url: `../../files/${each.filename}`,
      size: each.size ?? state.content.length,
      hashes: { sha256: each.sha256 ?? sha256(state.content) },
    }));
    response.end(JSON.stringify({ files }));
    return;
  }
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  state.ranges.push(request.headers.range);
  if (from !== undefined) {
    const last = state.content.length - 1;
    response.writeHead(206, { "content-range": `bytes ${from}-${last}/${last + 1}` });
  }
  response.end(state.content.subarray(Number(from ?? 0)));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;

const said: string[] = [];
const tell = (text: string) => said.push(text);
const get = (change: Partial<Parameters<typeof getEngine>[0]> = {}) =>
  getEngine({
    name: "openvino",
    yes: true,
    ask: undefined,
    tell,
    index,
    platform: linux,
    ...change,
  });

async function refusal(change: Parameters<typeof get>[0] = {}): Promise<Error> {
  const error = await get(change).catch((each: unknown) => each);
  assert.instance(error, Error);
  return error as Error;
}

const folder = join(engines, "openvino");

test.before.each(() => {
  rmSync(engines, { recursive: true, force: true });
  Object.assign(state, { listed: [{ filename: wheelName }], content: wheel, ranges: [] });
  said.length = 0;
});

test("says what it downloads, keeps the libraries and licences, and notes where they are from", async () => {
  assert.is(await get(), folder);
  assert.match(said[0]!, new RegExp(`download ${wheelName} \\(0\\.0 MB\\) and unpack it into`));
  const kept = readFileSync(join(folder, "libopenvino_c.so.2641"), "utf8");
  assert.is(kept, "the C interface");
  assert.ok(existsSync(join(folder, "licences/LICENSE")));
  assert.not(existsSync(join(folder, "libopenvino_intel_gpu_plugin.so")));
  assert.not(existsSync(join(folder, "cache.json")));
  const [origin] = JSON.parse(readFileSync(join(folder, "origin.json"), "utf8"));
  assert.equal(origin, { wheel: wheelName, sha256: sha256(wheel) });
});

test("goes on with what an earlier attempt received", async () => {
  const downloads = join(engines, ".downloads");
  mkdirSync(downloads, { recursive: true });
  const partial = join(downloads, `${sha256(wheel)}.incomplete`);
  writeFileSync(partial, wheel.subarray(0, 100));
  utimesSync(partial, new Date(0), new Date(0));
  assert.is(await get(), folder);
  assert.equal(state.ranges, ["bytes=100-"]);
});

test("takes the wheel of the platform, and says so where there is none", async () => {
  state.listed = [
    { filename: "openvino-2026.4.1-1-cp312-cp312-macosx_11_0_arm64.whl" },
    { filename: "openvino-2026.4.0-1-cp312-cp312-manylinux_2_28_x86_64.whl" },
  ];
  const error = await refusal();
  assert.instance(error, EngineError);
  assert.match(error.message, /no wheel 2026\.4\.1 for linux on x64/);
});

test("throws away what has another digest than the index says", async () => {
  state.listed = [{ filename: wheelName, sha256: "0".repeat(64) }];
  const error = await refusal();
  assert.instance(error, EngineError);
  assert.match(error.message, /another SHA-256 than the index says, twice/);
  assert.not(existsSync(folder));
});

test("an archive that is none, or whose files would leave the folder, changes nothing", async () => {
  await get();
  state.content = Buffer.from("no archive at all");
  assert.match((await refusal()).message, /cannot be unpacked/);
  state.content = zipOf({ "openvino/libs/../../../outside": "x" });
  assert.match((await refusal()).message, /cannot be unpacked|holds nothing/);
  assert.not(existsSync(join(engines, "..", "outside")));
  assert.is(readFileSync(join(folder, "libopenvino_c.so.2641"), "utf8"), "the C interface");
});

test("asks first, and refuses to go on where there is nobody to ask", async () => {
  assert.is(await get({ yes: false, ask: async () => "no" }), null);
  assert.not(existsSync(folder));
  const error = await refusal({ yes: false });
  assert.instance(error, UsageError);
  assert.match(error.message, /would download .* add --yes/);
});

test("an unknown name is refused with the names that there are", async () => {
  const error = await refusal({ name: "metal" });
  assert.instance(error, UsageError);
  assert.match(error.message, /there are openvino/);
});

test.after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(engines, { recursive: true, force: true });
});
test.run();
