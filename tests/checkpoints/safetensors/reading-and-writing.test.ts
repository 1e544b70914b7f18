import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  openSafetensors,
  SafetensorsError,
  type SafetensorsFault,
  SafetensorsFile,
  StorageError,
  type Tensor,
  writeSafetensors,
  writeSafetensorsModel,
} from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function refuses(action: () => unknown, code: SafetensorsFault, message: RegExp): void {
  assert.throws(action, (error: Error) => {
    if (!(error instanceof SafetensorsError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

const ramp = (length: number) => Float32Array.from({ length }, (_, index) => index - length / 3);

function written(...tensors: Tensor[]): SafetensorsFile {
  const path = join(temporaryFolder(), "x.safetensors");
  writeSafetensors(path, tensors);
  return SafetensorsFile.open(path);
}

test("float32 comes back bit for bit, NaN payloads and signed zeros too", () => {
  const bits = Uint32Array.of(0x7fc00001, 0xffc12345, 0x80000000, 0x00000001, 0x7f800000);
  const data = new Float32Array(bits.buffer);
  const file = written({ name: "x", dtype: "F32", shape: [5], data });
  assert.equal(new Uint32Array(file.readFloat32("x").buffer), bits);
  file.close();
});

test("a dtype's own typed array is written as it is", () => {
  const file = written(
    { name: "i64", dtype: "I64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) },
    { name: "bf16", dtype: "BF16", shape: [2], data: Uint16Array.of(0x3f80, 0xc000) },
    { name: "bool", dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) },
  );
  assert.equal(new BigInt64Array(file.read("i64").buffer), BigInt64Array.of(-1n, 2n ** 62n));
  assert.equal(file.readFloat32("bf16"), Float32Array.of(1, -2));
  assert.equal(file.read("bool"), Uint8Array.of(1, 0, 1));
  file.close();
});

test("a view into a larger buffer is written, not the buffer", () => {
  const whole = ramp(10);
  const file = written({ name: "x", dtype: "F32", shape: [4], data: whole.subarray(3, 7) });
  assert.equal(file.readFloat32("x"), whole.slice(3, 7));
  file.close();
});

test("tensors larger than the conversion buffer are converted whole", () => {
  const length = (1 << 20) + 12_345;
  const data = Float32Array.from({ length }, (_, index) => (index % 512) - 256);
  for (const dtype of ["BF16", "F16", "F64"] as const) {
    const file = written({ name: "x", dtype, shape: [length], data });
    assert.equal(file.readFloat32("x"), data, dtype);
    file.close();
  }
});

test("a range of elements is read alone, into a given target", () => {
  const data = ramp(1000);
  for (const dtype of ["F32", "BF16", "F64"] as const) {
    const exact = Float32Array.from(data, Math.trunc);
    const file = written({ name: "x", dtype, shape: [10, 100], data: exact });
    const target = new Float32Array(100);
    const row = file.readFloat32("x", { range: { start: 200, end: 300 }, target });
    assert.is(row, target);
    const tolerance = dtype === "BF16" ? 2 : 0;
    for (const [index, value] of row.entries()) {
      assert.ok(Math.abs(value - exact[200 + index]!) <= tolerance);
    }
    assert.is(file.read("x", { start: 5, end: 5 }).length, 0);
    file.close();
  }
});

test("ranges and targets that do not fit are refused", () => {
  const file = written({ name: "x", dtype: "F32", shape: [4], data: ramp(4) });
  const bad = [
    { start: 0, end: 5 },
    { start: -1, end: 2 },
    { start: 3, end: 2 },
    { start: 0.5, end: 2 },
  ];
  for (const range of bad) refuses(() => file.read("x", range), "range", /of its 4/);
  refuses(() => file.readFloat32("x", { target: new Float32Array(3) }), "range", /target has 3/);
  refuses(() => file.read("y"), "tensor-not-found", /tensor "y"/);
  file.close();
  file.close();
  refuses(() => file.read("x"), "closed", /closed/);
});

test("a file that shrinks while open is noticed", () => {
  const file = written({ name: "x", dtype: "F32", shape: [4], data: ramp(4) });
  truncateSync(file.path, statSync(file.path).size - 1);
  refuses(() => file.read("x"), "incomplete", /shortened while open/);
  file.close();
});

test("a file that cannot be opened is an error of storage", () => {
  const folder = temporaryFolder();
  for (const path of [join(folder, "none.safetensors"), join(folder, "none")]) {
    assert.throws(
      () => openSafetensors(path),
      (error: Error) => error instanceof StorageError && error.code === "not-found",
    );
  }
  assert.throws(
    () => SafetensorsFile.open(folder),
    (error: Error) => error instanceof StorageError && error.path === folder,
  );
});

test("data that do not fit dtype and shape are refused, and nothing is left behind", () => {
  const folder = temporaryFolder();
  const refuse = (tensor: Omit<Tensor, "name">, message: RegExp) =>
    refuses(
      () => writeSafetensors(join(folder, "x.safetensors"), [{ name: "x", ...tensor }]),
      "invalid-data",
      message,
    );
  refuse({ dtype: "F32", shape: [3], data: ramp(4) }, /4 values given for shape \[3\]/);
  refuse({ dtype: "I32", shape: [4], data: ramp(4) }, /Float32Array does not hold I32/);
  refuse({ dtype: "F16", shape: [4], data: new Int16Array(4) }, /Int16Array does not hold F16/);
  refuse({ dtype: "I64", shape: [2], data: new Uint8Array(15) }, /15 bytes given.*takes 16/);
  refuse({ dtype: "F32", shape: [-1], data: ramp(1) }, /not a shape/);
  refuse({ dtype: "F32", shape: [1.5], data: ramp(1) }, /not a shape/);
  const twice = { name: "x", dtype: "U8", shape: [0], data: new Uint8Array(0) } as const;
  const path = join(folder, "x.safetensors");
  refuses(() => writeSafetensors(path, [twice, twice]), "duplicate-name", /two tensors/);
  const reserved = { ...twice, name: "__metadata__" };
  refuses(() => writeSafetensors(path, [reserved]), "duplicate-name", /reserved/);
  const wide = { ...twice, shape: [2 ** 50, 2 ** 50] };
  refuses(() => writeSafetensors(path, [wide]), "overflow", /overflow/);
  assert.equal(readdirSync(folder), []);
});

test("metadata too large for any reader is refused", () => {
  const path = join(temporaryFolder(), "x.safetensors");
  const metadata = { large: "a".repeat(100_000_000) };
  refuses(() => writeSafetensors(path, [], metadata), "header-too-large", /more than/);
});

test("lazy data are made one by one, in the order of the file", () => {
  const made: string[] = [];
  const lazy = (name: string): Tensor => ({
    name,
    dtype: "F32",
    shape: [1],
    data: () => {
      made.push(name);
      return ramp(1);
    },
  });
  written(lazy("b"), lazy("a")).close();
  assert.equal(made, ["a", "b"]);
});

/** Three tensors of 40 bytes and one of 400. */
function model(): Tensor[] {
  const small = ["a", "b", "c"].map(
    (name): Tensor => ({ name, dtype: "F32", shape: [10], data: ramp(10) }),
  );
  return [...small, { name: "large", dtype: "F32", shape: [100], data: ramp(100) }];
}

function sharded(): string {
  const folder = temporaryFolder();
  writeSafetensorsModel(folder, model(), { maxShardBytes: 80 });
  return folder;
}

test("weights are split at the limit, with an index as transformers reads it", () => {
  const folder = sharded();
  const shard = (number: number) => `model-0000${number}-of-00003.safetensors`;
  assert.equal(readdirSync(folder).sort(), [
    shard(1),
    shard(2),
    shard(3),
    "model.safetensors.index.json",
  ]);
  const index: unknown = JSON.parse(
    readFileSync(join(folder, "model.safetensors.index.json"), "utf8"),
  );
  assert.equal(index, {
    metadata: { total_size: 520 },
    weight_map: { a: shard(1), b: shard(1), c: shard(2), large: shard(3) },
  });
});

test("a sharded model reads as one, by folder or by index", () => {
  const folder = sharded();
  for (const path of [folder, join(folder, "model.safetensors.index.json")]) {
    const reader = openSafetensors(path);
    assert.equal([...reader.tensors.keys()].sort(), ["a", "b", "c", "large"]);
    assert.equal(reader.readFloat32("large"), ramp(100));
    assert.equal(reader.readFloat32("c", { range: { start: 2, end: 4 } }), ramp(10).slice(2, 4));
    refuses(() => reader.read("d"), "tensor-not-found", /tensor "d": the index has no such tensor/);
    reader.close();
  }
});

test("weights below the limit stay in one file", () => {
  const folder = temporaryFolder();
  writeSafetensorsModel(folder, model());
  assert.equal(readdirSync(folder), ["model.safetensors"]);
  const reader = openSafetensors(folder);
  assert.equal(reader.readFloat32("large"), ramp(100));
  reader.close();
});

test("a shard or tensor that is missing is named", () => {
  const folder = sharded();
  const index = join(folder, "model.safetensors.index.json");
  const text = readFileSync(index, "utf8");
  writeFileSync(index, text.replace('"c"', '"z"'));
  refuses(() => openSafetensors(folder), "shard", /"z".*places it in model-00002/);
  writeFileSync(index, text);
  rmSync(join(folder, "model-00002-of-00003.safetensors"));
  refuses(() => openSafetensors(folder), "shard", /model-00002-of-00003\.safetensors is missing/);
});

test("an index that is malformed or points outside its folder is refused", () => {
  const index = join(temporaryFolder(), "model.safetensors.index.json");
  const refuse = (text: string | Uint8Array, code: SafetensorsFault, message: RegExp) => {
    writeFileSync(index, text);
    refuses(() => openSafetensors(index), code, message);
  };
  refuse("", "index", /line 1, column 1/);
  refuse(Uint8Array.of(0xff), "index", /UTF-8/);
  refuse("[]", "index", /no weight_map/);
  refuse('{"weight_map":[]}', "index", /no weight_map/);
  refuse('{"weight_map":{"w":1}}', "index", /not a string/);
  refuse('{"weight_map":{"w":"a.safetensors","w":"a.safetensors"}}', "duplicate-name", /twice/);
  for (const shard of ["../a.safetensors", "/a.safetensors", "C:a.safetensors", "a.bin", ""]) {
    refuse(JSON.stringify({ weight_map: { w: shard } }), "index", /no safetensors file of this/);
  }
});

test.run();
