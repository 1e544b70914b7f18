/**
 * Writes the reference of the library, a page for each name of the package and of its sub-paths, into
 * docs/api: `npm run docs:api`. A warning fails: a type that a public signature names and nobody can
 * import, a link that leads nowhere, a described parameter that is not there.
 *
 * TypeDoc needs the JavaScript interface of TypeScript, which version 7 does not have; TypeScript 6
 * stands beside it as `typescript-6`, for this alone.
 */
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const hook = `export const resolve = (name, context, next) =>
  next(name === "typescript" ? "typescript-6" : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const { Application } = await import("typedoc");
const { exports: paths } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entryPoints = Object.values(paths as Record<string, string | { readonly types: string }>)
  .flatMap((target) => (typeof target === "string" ? [] : target.types))
  .map((types) => join(root, types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, ".ts")));

const app = await Application.bootstrap({
  entryPoints,
  tsconfig: join(root, "tsconfig.build.json"),
  out: join(root, "docs/api"),
  name: "Pathloom",
  readme: join(root, "docs/api.md"),
  // The compiler of the project has checked the types.
  skipErrorChecking: true,
  disableSources: true,
  excludePrivate: true,
  includeVersion: true,
  validation: { notExported: true, invalidLink: true, notDocumented: false },
  intentionallyNotExported: [
    "engine/registry.ts:engines",
    "src/config/config-types.ts:Input",
    "src/config/config-types.ts:Output",
    // Schemas and lists, which stand in the types that are read off them.
    "data/corpus/augment.ts:augmentations",
    "distributed/mpi/abi.ts:handleNames",
    "src/compare/sweep-file.ts:sweepFileSchema",
    "src/config/sections/source.ts:sourceEntry",
    "tokenizer/core/tasks.ts:slots",
    "src/config/sections/task.ts:taskEntry",
    "src/rejection/records.ts:drawnRecord",
    "src/rejection/records.ts:roundRecord",
    "src/report/log.ts:evaluationRecord",
    "src/report/log.ts:logRecord",
    "src/report/log.ts:measureRecord",
    "src/report/log.ts:stepRecord",
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
});
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
const { errorCount, warningCount } = app.logger;
if (errorCount + warningCount > 0) {
  console.error(`${warningCount} warnings, ${errorCount} errors: docs/api was not written`);
  process.exit(1);
}
await app.generateOutputs(project);
