/** Files made by the Python package: read here, and written here byte for byte the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  elementCount,
  encodeFloats,
  isConvertibleFloat,
  type SafetensorsDtype,
  SafetensorsError,
  SafetensorsFile,
  writeSafetensors,
} from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const golden = (name: string) =>
  join(import.meta.dirname, "../../golden/safetensors", `${name}.safetensors`);

const ROUNDED: readonly SafetensorsDtype[] = [
  "BF16",
  "F16",
  "F8_E5M2",
  "F8_E4M3",
  "F8_E5M2FNUZ",
  "F8_E4M3FNUZ",
];

/** The positions where two float32 arrays differ in their bits; any NaN equals any other. */
function differences(left: Float32Array, right: Float32Array): number[] {
  assert.is(left.length, right.length);
  return Array.from(left.keys()).filter((index) => !Object.is(left[index], right[index]));
}

test("every dtype is read with its shape and its bytes", () => {
  const file = SafetensorsFile.open(golden("dtypes"));
  assert.equal([...file.metadata], [["format", "pt"]]);
  for (const { name, dtype, shape } of file.tensors.values()) {
    if (name !== `tensor.${dtype}`) continue;
    assert.equal(shape, [2, 3]);
    const bytes = file.read(name);
    const expected = bytes.map((_, index) => (dtype === "BOOL" ? index % 2 : index + 1));
    assert.equal(bytes, expected, name);
  }
  assert.is(file.tensors.size, 22);
  assert.equal(file.tensors.get("scalar")?.shape, []);
  assert.equal(file.readFloat32("scalar"), Float32Array.of(3.5));
  assert.equal(file.tensors.get("empty")?.shape, [0, 4]);
  assert.equal(file.readFloat32("empty"), new Float32Array(0));
  assert.ok(file.tensors.has('näme "with" \\ and \n and 🎨'));
  file.close();
});

test("the same tensors, given in any order, are written as the same bytes", () => {
  for (const name of ["dtypes", "rounding", "widening"]) {
    const file = SafetensorsFile.open(golden(name));
    const tensors = [...file.tensors.values()].reverse();
    const copy = join(temporaryFolder(), "copy.safetensors");
    writeSafetensors(
      copy,
      tensors.map((info) => ({ ...info, data: () => file.read(info.name) })),
      file.metadata.size > 0 ? Object.fromEntries(file.metadata) : undefined,
    );
    file.close();
    assert.ok(readFileSync(copy).equals(readFileSync(golden(name))), name);
  }
});

test("float32 is rounded to every narrower dtype as ml_dtypes rounds it", () => {
  const file = SafetensorsFile.open(golden("rounding"));
  const source = file.readFloat32("source");
  for (const dtype of ROUNDED) {
    const expected = file.readFloat32(`rounded.${dtype}`);
    const folder = temporaryFolder();
    const path = join(folder, "rounded.safetensors");
    writeSafetensors(path, [{ name: "x", dtype, shape: [source.length], data: source }]);
    const written = SafetensorsFile.open(path);
    assert.equal(differences(written.readFloat32("x"), expected), [], dtype);
    written.close();
  }
  assert.equal(differences(file.readFloat32("rounded.F64"), source), []);
  file.close();
});

test("every narrow code widens to its float32 value", () => {
  const file = SafetensorsFile.open(golden("widening"));
  for (const dtype of ROUNDED) {
    const wide = file.readFloat32(`wide.${dtype}`);
    assert.equal(differences(file.readFloat32(`narrow.${dtype}`), wide), [], dtype);
  }
  file.close();
});

test("every code that is not NaN survives widening and rounding", () => {
  const file = SafetensorsFile.open(golden("widening"));
  for (const dtype of ROUNDED) {
    const codes = file.read(`narrow.${dtype}`);
    const wide = file.readFloat32(`narrow.${dtype}`);
    const again = encodeFloats(dtype, wide);
    const bytesPerCode = codes.length / wide.length;
    wide.forEach((value, index) => {
      if (Number.isNaN(value)) return;
      const at = index * bytesPerCode;
      assert.equal(again.subarray(at, at + bytesPerCode), codes.subarray(at, at + bytesPerCode));
    });
  }
  file.close();
});

test("dtypes that are no floats have no float32 reading", () => {
  const file = SafetensorsFile.open(golden("dtypes"));
  for (const { name, dtype, shape } of file.tensors.values()) {
    if (isConvertibleFloat(dtype)) {
      assert.is(file.readFloat32(name).length, elementCount(shape));
    } else {
      assert.throws(
        () => file.readFloat32(name),
        (error: Error) => error instanceof SafetensorsError && error.code === "wrong-dtype",
      );
    }
  }
  file.close();
});

test.run();
