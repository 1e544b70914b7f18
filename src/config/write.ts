/** A resolved configuration as YAML, and its keys as a page of documentation. */
import { stringify } from "yaml";
import type { Config } from "./config-types.ts";
import { configSections } from "./keys.ts";
import { sweepSection } from "./sections/sweep.ts";
import { synthesizeSection } from "./sections/synthesize.ts";
import { traceSection } from "./sections/trace.ts";

/** Reads back, by {@link parseConfig}, as the same configuration. */
export function configToYaml(config: Config): string {
  const said = Object.entries(config).filter(([name, keys]) => !isIdle(name, keys));
  return stringify(Object.fromEntries(said), { lineWidth: 100 });
}

/** Sections that most configurations, being of one run, have nothing to say in. */
const ownSections = {
  sweep: sweepSection,
  trace: traceSection,
  synthesize: synthesizeSection,
} as const;

function isIdle(name: string, keys: unknown): boolean {
  if (!Object.hasOwn(ownSections, name)) return false;
  const section = ownSections[name as keyof typeof ownSections];
  return JSON.stringify(keys) === JSON.stringify(section.parse({}));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The whole of `docs/configuration.md`. */
export function configPage(): string {
  const intro = [
    "# Configuration",
    "",
    "A configuration is a YAML file of sections; every key may be left out. On the command line",
    "`--section.key value` overrides the file, as in `--train.lr 5e-4`. An unknown key or a value of",
    "the wrong kind is refused with its line and column. The configuration of a run, with all",
    "defaults filled in, lies in `runs/<name>/config.yaml`.",
    "",
    "(Written from the schema by `scripts/config-docs.ts`.)",
    "",
  ];
  return `${intro.join("\n")}\n${configReference()}`;
}

/** A table for each section: key, type, default, unit and what it does. */
function configReference(): string {
  const sections = configSections.map(({ name, description, keys }) => {
    const rows = keys.map(({ path, type, default: value, unit, description: says }) => {
      const columns = [`\`${path}\``, type, `\`${JSON.stringify(value)}\``, unit ?? "", says];
      return `| ${columns.map(cell).join(" | ")} |`;
    });
    const head = ["| key | type | default | unit | meaning |", "|---|---|---|---|---|"];
    return [`## ${name}`, "", description, "", ...head, ...rows, ""].join("\n");
  });
  return sections.join("\n");
}
