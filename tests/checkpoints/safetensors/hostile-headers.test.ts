/**
 * Headers that must be refused, after the reference implementation's own tests
 * (huggingface/safetensors, safetensors/src/tensor.rs), and those that must not.
 */
import {
  closeSync,
  ftruncateSync,
  openSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  SafetensorsError,
  type SafetensorsFault,
  SafetensorsFile,
} from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const path = join(temporaryFolder(), "hostile.safetensors");

function length(bytes: number | bigint): Uint8Array {
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, BigInt(bytes), true);
  return field;
}

/** A file of this header (text or bytes) and as many zero bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  return Buffer.concat([length(json.byteLength), json, new Uint8Array(dataBytes)]);
}

function open(bytes: Uint8Array): string[] {
  writeFileSync(path, bytes);
  const opened = SafetensorsFile.open(path);
  const names = [...opened.tensors.keys()];
  opened.close();
  return names;
}

function refuses(bytes: Uint8Array, code: SafetensorsFault, message: RegExp, tensor?: string) {
  try {
    open(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    assert.is(error.code, code, error.message);
    assert.is(error.file, path);
    assert.is(error.tensor, tensor);
    assert.match(error.message, message);
    return;
  }
  assert.unreachable(`accepted what should be refused with ${code}`);
}

const I32 = (shape: string, offsets: string) =>
  `{"dtype":"I32","shape":${shape},"data_offsets":${offsets}}`;

test("a file shorter than the length field", () => {
  refuses(new Uint8Array(0), "header-too-small", /this has 0/);
  refuses(new Uint8Array(7), "header-too-small", /this has 7/);
});

test("a length past the end of the file", () => {
  refuses(length(60), "header-length", /claims 60 bytes, but the file ends 0 bytes after/);
  refuses(Buffer.concat([length(3), Buffer.from("{}")]), "header-length", /cut short/);
});

test("a header over 100 MB, refused before it is read", () => {
  refuses(length(100_000_001), "header-too-large", /claims 100000001 bytes/);
  refuses(length(0xffff_ffff_ffff_ffffn), "header-too-large", /18446744073709551615/);
  const descriptor = openSync(path, "w");
  writeSync(descriptor, length(100_000_001));
  ftruncateSync(descriptor, 200_000_000);
  closeSync(descriptor);
  assert.throws(() => SafetensorsFile.open(path), /header claims 100000001/);
  truncateSync(path, 0);
});

test("a header that is not UTF-8, or begins with a byte-order mark", () => {
  refuses(file(Uint8Array.of(0xff)), "header-utf8", /not valid UTF-8/);
  refuses(file(Uint8Array.of(0x7b, 0x22, 0xc0, 0x80, 0x22, 0x7d)), "header-utf8", /UTF-8/);
  refuses(file("\ufeff{}"), "header-json", /line 1, column 1/);
});

test("a header that is not JSON, or not an object", () => {
  refuses(file(""), "header-json", /the end of the text/);
  refuses(file("{"), "header-json", /line 1, column 2/);
  refuses(file("{} x"), "header-json", /unexpected text/);
  refuses(file("{}\0\0"), "header-json", /unexpected text/);
  refuses(file('{"a":1.5}'), "header-json", /whole number, found 1\.5/);
  refuses(file('{"\\ud800":1}'), "header-json", /lone surrogate/);
  refuses(file("[]"), "header-schema", /not a JSON object/);
});

test("nesting beyond any reader's stack", () => {
  for (const [left, right] of ["[]", '{"a":|}'.split("|")].map(([a, b]) => [a!, b!] as const)) {
    const deep = left.repeat(100_000) + right.repeat(100_000);
    refuses(file(`{"x":${deep}}`), "header-json", /nested more than 128 levels/);
  }
});

test("white space around the header is allowed, as padding", () => {
  assert.equal(open(file("{}\r \t\n")), []);
  assert.equal(open(file("\t\n{}\r ")), []);
});

test("scalars and tensors without elements are allowed", () => {
  assert.equal(open(file(`{"test":${I32("[]", "[0,4]")}}`, 4)), ["test"]);
  assert.equal(open(file(`{"test":${I32("[2,0]", "[0, 0]")}}`)), ["test"]);
});

test("tensors may be listed in any order", () => {
  const header = `{"b":${I32("[1]", "[4,8]")},"a":${I32("[1]", "[0,4]")}}`;
  assert.equal(open(file(header, 8)), ["a", "b"]);
});

test("a name that appears twice", () => {
  const twice = `{"w":${I32("[1]", "[0,4]")},"w":${I32("[1]", "[4,8]")}}`;
  refuses(file(twice, 8), "duplicate-name", /"w" appears twice at line 1, column \d+/);
  const escaped = `{"w":${I32("[1]", "[0,4]")},"\\u0077":${I32("[1]", "[4,8]")}}`;
  refuses(file(escaped, 8), "duplicate-name", /"w" appears twice/);
  const inside = '{"w":{"dtype":"U8","dtype":"I32","shape":[1],"data_offsets":[0,4]}}';
  refuses(file(inside, 4), "duplicate-name", /"dtype" appears twice/);
});

test("a name that JavaScript would take for something else", () => {
  const header = `{"__proto__":${I32("[1]", "[0,4]")},"constructor":${I32("[1]", "[4,8]")}}`;
  assert.equal(open(file(header, 8)), ["__proto__", "constructor"]);
});

test("descriptions with missing or misshapen fields", () => {
  refuses(file('{"w":1}'), "header-schema", /not an object/, "w");
  refuses(file('{"w":{}}'), "header-schema", /no dtype/, "w");
  refuses(file('{"w":{"dtype":"I32"}}'), "header-schema", /shape/, "w");
  refuses(file('{"w":{"dtype":"I32","shape":[1]}}'), "header-schema", /data_offsets/, "w");
  refuses(file(`{"w":${I32("[1]", "[0]")}}`, 4), "header-schema", /two numbers/, "w");
  refuses(file(`{"w":${I32("[1]", "[0,4,4]")}}`, 4), "header-schema", /two numbers/, "w");
  refuses(file(`{"w":${I32('["1"]', "[0,4]")}}`, 4), "header-schema", /list of numbers/, "w");
  refuses(file(`{"w":${I32("[-1]", "[0,4]")}}`, 4), "header-json", /whole number, found -1/);
  refuses(
    file('{"w":{"dtype":"I31","shape":[1],"data_offsets":[0,4]}}', 4),
    "unknown-dtype",
    /I31/,
    "w",
  );
  refuses(file('{"__metadata__":{"a":1}}'), "header-schema", /strings to strings/);
  refuses(file('{"__metadata__":[]}'), "header-schema", /strings to strings/);
});

test("overlaps, gaps and backward offsets", () => {
  const all = Array.from({ length: 10 }, (_, i) => `"weight_${i}":${I32("[2,2]", "[0,16]")}`);
  refuses(file(`{${all}}`, 16), "offsets", /overlaps/, "weight_1");
  const partly = `{"a":${I32("[2]", "[0,8]")},"b":${I32("[2]", "[4,12]")}}`;
  refuses(file(partly, 12), "offsets", /begins at byte 4.*overlaps.*ends at 8/, "b");
  const gap = `{"a":${I32("[1]", "[0,4]")},"b":${I32("[1]", "[8,12]")}}`;
  refuses(file(gap, 12), "offsets", /begins at byte 8.*gap.*ends at 4/, "b");
  refuses(file(`{"a":${I32("[1]", "[4,8]")}}`, 8), "offsets", /gap/, "a");
  refuses(file(`{"a":${I32("[1]", "[4,0]")}}`, 4), "offsets", /before its begin/, "a");
});

test("offsets that disagree with shape and dtype", () => {
  refuses(file(`{"test":${I32("[2,2]", "[0, 4]")}}`, 4), "size-mismatch", /takes 16 bytes/, "test");
});

test("shapes whose size overflows", () => {
  refuses(file(`{"w":${I32("[2,18446744073709551614]", "[0,16]")}}`, 16), "overflow", /2\^53/);
  refuses(
    file(`{"w":${I32("[9007199254740991,9007199254740991]", "[0,4]")}}`, 4),
    "overflow",
    /overflows/,
    "w",
  );
  refuses(file(`{"w":${I32("[9007199254740991]", "[0,4]")}}`, 4), "overflow", /overflows/, "w");
});

test("elements smaller than a byte that end inside one", () => {
  const F4 = (shape: string, end: number) =>
    `{"w":{"dtype":"F4","shape":${shape},"data_offsets":[0,${end}]}}`;
  assert.equal(open(file(F4("[1,2]", 1), 1)), ["w"]);
  refuses(file(F4("[1,3]", 2), 2), "misaligned", /inside a byte/, "w");
});

test("data that end early, or go on after the last tensor", () => {
  const header = `{"test":${I32("[2,2]", "[0,16]")}}`;
  assert.equal(open(file(header, 16)), ["test"]);
  refuses(file(header, 14), "incomplete", /cut short: its tensors take 16 bytes, 14 are there/);
  refuses(file(header, 50), "incomplete", /34 bytes after the last tensor belong to nothing/);
});

test("a hostile name does not fill the message", () => {
  const name = "x".repeat(1_000_000);
  writeFileSync(path, file(`{"${name}":1}`));
  try {
    SafetensorsFile.open(path);
    assert.unreachable();
  } catch (error) {
    assert.ok((error as Error).message.length < 1000);
  }
});

test.run();
