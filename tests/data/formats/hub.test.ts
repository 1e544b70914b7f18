/** Data sets of the Hub, from a server that misbehaves. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSource } from "../../../data/index.ts";
import { MisbehavingHub } from "../../checkpoints/hub/misbehaving-hub.ts";
import { rowsOf } from "../rows-of.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const file = (name: string) => readFileSync(join(fixtures, name));
const hub = await MisbehavingHub.start();
process.env.HF_ENDPOINT = hub.endpoint;
process.env.HF_HUB_CACHE = mkdtempSync(join(tmpdir(), "pathloom-hub-"));
process.env.HF_HUB_DISABLE_IMPLICIT_TOKEN = "1";
test.after(() => hub.stop());

test("the tables of a data set, resumed, verified, and then read from the cache alone", async () => {
  const first = "data/train-00000-of-00002.parquet";
  hub.add("drawings/icons", {
    files: {
      "README.md": "# Icons",
      "dataset_infos.json": "{}",
      [first]: file("plain-zstd.parquet"),
      "data/train-00001-of-00002.parquet": file("mmsvg.parquet"),
    },
    large: [first],
  });
  hub.faults.set(first, [{ kind: "cut", after: 2000 }]);
  const source = openSource("hf:drawings/icons");
  const rows = await rowsOf(source, ({ reason }) => assert.unreachable(reason));
  assert.is(rows.length, 24);
  assert.is(source.facts?.version?.length, 40);
  assert.ok(hub.requestsFor(first).some(({ range }) => range === "bytes=2000-"));
  assert.is(hub.requestsFor("README.md").length, 0);
  const asked = hub.requests.length;
  process.env.HF_HUB_OFFLINE = "1";
  assert.equal(await rowsOf(openSource("hf:drawings/icons")), rows);
  assert.is(hub.requests.length, asked);
  delete process.env.HF_HUB_OFFLINE;
});

test("a data set without tables, and none at all, are told", async () => {
  hub.add("drawings/empty", { files: { "README.md": "# Nothing" } });
  const fault = (name: string) =>
    rowsOf(openSource(name)).then(
      () => "",
      ({ message }) => message as string,
    );
  assert.match(
    await fault("hf:drawings/empty"),
    /drawings\/empty: has no file of a kind that is read/,
  );
  assert.match(await fault("hf:drawings/none"), /drawings\/none/);
});

test.run();
