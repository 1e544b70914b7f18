/** What the check of the tarball finds. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { tarballFaults } from "../../scripts/tarball/faults.ts";

const folder = mkdtempSync(join(tmpdir(), "pathloom-faults-"));

test("a source map that names what is neither packed nor in it dangles", () => {
  mkdirSync(join(folder, "dist"));
  const write = (name: string, text: string) => writeFileSync(join(folder, "dist", name), text);
  write("a.js", "1;\n//# sourceMappingURL=a.js.map\n");
  write("a.js.map", JSON.stringify({ sources: ["../a.ts"], sourcesContent: ["1;"] }));
  write("b.js", "2;\n//# sourceMappingURL=b.js.map\n");
  write("b.js.map", JSON.stringify({ sources: ["../b.ts"] }));
  write("c.js", "3;\n//# sourceMappingURL=c.js.map\n");
  const files = ["a.js", "a.js.map", "b.js", "b.js.map", "c.js", "x.tsbuildinfo"];
  assert.equal(
    tarballFaults(
      folder,
      files.map((name) => `dist/${name}`),
    ),
    [
      "dist/x.tsbuildinfo",
      "dist/b.js.map: ../b.ts is not there",
      "dist/c.js: there is no c.js.map",
    ],
  );
});

test("a page that links to what is not packed is a dead end", () => {
  const page = "[a](b.md#x) [c](docs/c.md) ![d](images) [e](https://e.org/x) `[f](f.md)` [g](#g)";
  writeFileSync(join(folder, "README.md"), page);
  writeFileSync(join(folder, "b.md"), "[up](../b.md)");
  const files = ["README.md", "b.md", "images/d.png"];
  assert.equal(tarballFaults(folder, files), [
    "README.md: docs/c.md is not packed",
    "b.md: ../b.md is not packed",
  ]);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
