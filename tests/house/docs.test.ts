/** Each name of the package's face has a docstring with an example, and the examples are well typed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modules, root } from "./modules.ts";

/** What an example may speak of without saying where it comes from, as its reader has it at hand. */
const atHand = `
  import type { Batch, TokenDataset } from "pathloom/data";
  import type { Family } from "pathloom/models";
  declare global {
    const engine: import("pathloom").Engine;
    const model: import("pathloom").Model;
    const decoder: import("pathloom").DecoderConfig;
    const family: Family;
    const tokenizer: import("pathloom").SvgTokenizer;
    const generator: import("pathloom").SvgGenerator;
    const drawing: import("pathloom").Drawing;
    const config: import("pathloom").Config;
    const dataset: TokenDataset;
    const batches: Iterable<Batch>;
    const icons: Iterable<{ readonly captions: readonly string[]; readonly drawing: string }>;
    const svg: string;
  }
`;

interface Documented {
  readonly name: string;
  readonly file: string;
  /** Null where there is none. */
  readonly example: string | null;
}

/** The names of `src/index.ts`, each with the docstring where it is declared. */
function documented(): Documented[] {
  const face = readFileSync(join(root, "src/index.ts"), "utf8");
  return [...face.matchAll(/export \{([^}]*)\} from "([^"]+)"/g)].flatMap(([, list, from]) => {
    const folder = `${dirname(join("src", from!))}/`;
    const files = [...modules().keys()].filter((file) => file.startsWith(folder));
    const names = list!.split(",").flatMap((name) => name.trim().replace(/^type /, "") || []);
    return names.map((name) => declarationOf(name, files));
  });
}

/** Where two files of a folder declare a name, the one with the example is the face's. */
function declarationOf(name: string, files: readonly string[]): Documented {
  const declared = new RegExp(
    `(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*)?^export (?:async )?(?:(?:class|interface|function|const|type) ${name}\\b|\\* as ${name} )`,
    "m",
  );
  const found = files.flatMap((file) => {
    const match = declared.exec(readFileSync(join(root, file), "utf8"));
    return match === null ? [] : [{ name, file, example: exampleIn(match[1] ?? "") }];
  });
  assert.ok(found.length > 0, `${name}: declared nowhere in ${files[0]}'s folder`);
  return found.find(({ example }) => example !== null) ?? found[0]!;
}

function exampleIn(comment: string): string | null {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  const start = lines.indexOf("@example");
  if (start === -1) return null;
  const after = lines.slice(start + 1);
  const next = after.findIndex((line) => line.startsWith("@"));
  return after
    .slice(0, next === -1 ? undefined : next)
    .join("\n")
    .trimEnd();
}

const names = documented();

test("each of the face's names has an example", () => {
  assert.ok(names.length > 60);
  const bare = names.filter(({ example }) => example === null);
  assert.equal(
    bare.map(({ name, file }) => `${file}: ${name}`),
    [],
  );
});

test("the examples are well typed by the declarations that the package ships", () => {
  // Below dist, for the package to be found by its name as its users find it.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist/examples-"));
  try {
    writeFileSync(join(folder, "at-hand.ts"), atHand);
    for (const [i, { name, example }] of names.entries()) {
      // A number too, for names that differ in case alone.
      writeFileSync(join(folder, `${name}-${i}.ts`), moduleOf(example!));
    }
    const config = {
      extends: "../../tsconfig.json",
      compilerOptions: { noUnusedLocals: false, verbatimModuleSyntax: false },
      include: ["*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], {
      encoding: "utf8",
    });
    assert.is(status, 0, stdout);
    assert.is(readdirSync(folder).length, names.length + 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The example with the imports of the face's names that it uses and does not declare. */
function moduleOf(example: string): string {
  const imports = names
    .map(({ name }) => name)
    .filter(
      (name) =>
        new RegExp(`(?<!\\w\\.)(?<![\\w"])${name}\\b(?!["':])`).test(example) &&
        !new RegExp(`(?:const|let) (?:\\{[^}]*\\b)?${name}\\b`).test(example),
    );
  return `import { ${imports.join(", ")} } from "pathloom";\n${example}\nexport {};\n`;
}

test.run();
