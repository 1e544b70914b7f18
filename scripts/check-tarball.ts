/**
 * Packs the package as npm would, installs it in a new project and uses it as its first user would:
 * `init`, the command that init names, drawings, and a program in TypeScript. Needs dist to be built.
 *
 *   npm run check:tarball
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { tarballFaults } from "./tarball/faults.ts";
import { drawings, program, tsconfig } from "./tarball/project.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-tarball-"));
const project = join(folder, "project");
const started = performance.now();

function done(what: string): void {
  console.log(`ok   ${what}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs a command in the project. @returns what it printed on both streams. */
function run(command: readonly string[], expected = 0): string {
  const [name = "", ...args] = command;
  const child = spawnSync(name, args, { cwd: project, encoding: "utf8", env: environment() });
  const printed = `${child.stdout}${child.stderr}`;
  if (child.status === expected) return printed;
  throw new Error(`${command.join(" ")}: ended with ${child.status}, not ${expected}:\n${printed}`);
}

/** Without what npm tells its scripts, which would lead commands back into this checkout. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^NODE_OPTIONS$/i.test(name)),
  );
}

function expectText(printed: string, pattern: RegExp): void {
  if (!pattern.test(printed)) throw new Error(`expected ${pattern}, but found:\n${printed}`);
}

function pack(): string {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const printed = execFileSync("npm", args, { cwd: root, encoding: "utf8" });
  const [packed] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  const faults = tarballFaults(
    root,
    packed.files.map(({ path }) => path),
  );
  if (faults.length > 0) throw new Error(`the tarball has faults:\n${faults.join("\n")}`);
  return join(folder, packed.filename);
}

function install(tarball: string): void {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  run(["npm", "install", ...quiet, tarball]);
}

/** What `init` says is next, taken at its word. */
function initAndTrain(): void {
  for (const { name, svg } of drawings()) {
    const file = join(project, "drawings", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, svg);
  }
  const keys = {
    "data.source": "./drawings",
    "data.heldOut": "0.2",
    "train.steps": "20",
    "train.warmupSteps": "5",
    "train.decaySteps": "10",
    "evaluate.drawn": "4",
    "generate.samples": "4",
  };
  const overrides = Object.entries(keys).flatMap(([key, value]) => [`--${key}`, value]);
  const said = run(["npx", "pathloom", "init", ...overrides]);
  const next = said.split("next:\n")[1]?.trim().split("\n") ?? [];
  if (next.length !== 1) throw new Error(`init named ${next.length} next commands:\n${said}`);
  expectText(run(next[0]!.trim().split(" ")), /training +20 steps/);
}

try {
  const tarball = pack();
  done("packed, no dangling source map");
  install(tarball);
  done("installed with --ignore-scripts");
  initAndTrain();
  done("pathloom init, and 20 steps by the command that it names");
  const drawn = run(["npx", "pathloom", "generate", "--run", "runs/quickstart", "-p", "a cross"]);
  expectText(drawn, /01-a-cross\.svg +a cross/);
  done("a drawing by that run");
  expectText(run(["npx", "pathloom", "train", "--run", "l"], 1), /npm install lucide-static/);
  const other = ["train", "--config", "quickstart.yaml", "--run", "r", "--train.engine"];
  expectText(run(["npx", "pathloom", ...other, "reference"], 1), /npm install @tensorflow\/tfjs/);
  done("packages that are not there are told with the command that installs them");
  writeFileSync(join(project, "program.ts"), program);
  writeFileSync(join(project, "tsconfig.json"), tsconfig(root));
  run([process.execPath, join(root, "node_modules/typescript/bin/tsc")]);
  expectText(run([process.execPath, "program.js"]), /^drawn by 20 steps: <svg /);
  done("a program in TypeScript");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
