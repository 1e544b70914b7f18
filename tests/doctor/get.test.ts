/** `doctor --get`: wheels of an index that behaves, and of ones that do not. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
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
import { obtainables } from "../../src/doctor/get/catalogue.ts";
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
const state = {
  listed: [] as Listed[],
  content: wheel,
  ranges: [] as (string | undefined)[],
  /** Wheels of other packages, by the package's name. */
  others: {} as Record<string, [filename: string, content: Buffer][]>,
};

const server = createServer((request, response) => {
  const name = /^\/simple\/(.+)\/$/.exec(request.url ?? "")?.[1];
  if (name !== undefined && name !== "openvino") {
    const files = (state.others[name] ?? []).map(([filename, content]) => ({
      filename,
      url: `../../files/${filename}`,
      size: content.length,
      hashes: { sha256: sha256(content) },
    }));
    response.end(JSON.stringify({ files }));
    return;
  }
  const other = Object.values(state.others)
    .flat()
    .find(([filename]) => request.url === `/files/${filename}`);
  if (other !== undefined) {
    response.end(other[1]);
    return;
  }
  if (name === "openvino") {
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
  Object.assign(state, {
    listed: [{ filename: wheelName }],
    content: wheel,
    ranges: [],
    others: {},
  });
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

const anyLinux = "py3-none-manylinux_2_27_x86_64.whl";

/** A wheel for each part of a plug-in: the plug-in itself, a vendor's library, and what is not wanted. */
function wheelsOf(name: string): void {
  const { parts } = obtainables.find((each) => each.name === name)!;
  state.others = Object.fromEntries(
    parts.map(({ package: each, version }, i) => {
      const base = each.replaceAll("-", "_");
      const own: Record<string, string> =
        i === 0
          ? { "jax_plugins/xla_cuda13/xla_cuda_plugin.so": "the plug-in", "jax_plugins/x.py": "" }
          : {
              [`nvidia/cu13/lib/lib${base}.so.13`]: base,
              [`nvidia/cu13/include/${base}.h`]: "of no use here",
              [`${base}-${version}.dist-info/licenses/License.txt`]: `licence of ${each}`,
            };
      const more = each === "nvidia-cuda-nvcc" ? { "nvidia/cu13/bin/ptxas": "assembler" } : {};
      return [each, [[`${base}-${version}-${anyLinux}`, zipOf({ ...own, ...more })]]];
    }),
  );
}

test("a plug-in for CUDA comes with its vendor's libraries, in the places that it looks in", async () => {
  wheelsOf("xla-cuda13");
  const place = join(engines, "xla-cuda13");
  assert.is(await get({ name: "xla-cuda13" }), place);
  assert.match(said[0]!, /download 14 wheels \(0\.0 MB\) and unpack it into .*xla-cuda13$/);
  const text = (path: string) => readFileSync(join(place, path), "utf8");
  assert.is(text("jax_plugins/xla_cuda13/xla_cuda_plugin.so"), "the plug-in");
  assert.is(text("nvidia/cu13/lib/libnvidia_nccl_cu13.so.13"), "nvidia_nccl_cu13");
  assert.is(text("licences/nvidia_cufft/License.txt"), "licence of nvidia-cufft");
  assert.not(existsSync(join(place, "nvidia/cu13/include")));
  const mode = (path: string) => statSync(join(place, path)).mode & 0o111;
  assert.is.not(mode("nvidia/cu13/bin/ptxas"), 0, "programs stay programs");
  assert.is(mode("nvidia/cu13/lib/libnvidia_nccl_cu13.so.13"), 0);
  assert.is(JSON.parse(text("origin.json")).length, 14);
});

test("where one of several wheels is not to be had, nothing is changed", async () => {
  wheelsOf("xla-cuda12");
  delete state.others["nvidia-cudnn-cu12"];
  assert.match((await refusal({ name: "xla-cuda12" })).message, /nvidia-cudnn-cu12.* no wheel 9/);
  assert.not(existsSync(join(engines, "xla-cuda12")));
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
