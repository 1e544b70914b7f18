/** The table of model types in docs/models.md. */
import { families, modelTypes, transformersVersion, whyUnsupported } from "../../models/index.ts";

const begin = "<!-- model types: begin -->";
const end = "<!-- model types: end -->";

/** The types that load, and the others by what stands in the way, the most common first. */
export function modelTypesTable(): string {
  const loads = families.map(({ modelType }) => modelType).filter((each) => each in modelTypes);
  const refused = new Map<string, string[]>();
  for (const type of Object.keys(modelTypes)) {
    if (loads.includes(type)) continue;
    const why = whyUnsupported(type)![0]!;
    refused.set(why, [...(refused.get(why) ?? []), type]);
  }
  const row = (what: string, types: readonly string[]) =>
    `| ${what} | ${types.length} | ${types.map((type) => `\`${type}\``).join(", ")} |`;
  const total = Object.keys(modelTypes).length;
  const lines = [
    `\`AutoModelForCausalLM\` of transformers ${transformersVersion} builds ${total} model types: ${loads.length} load here, ${total - loads.length} are refused. \`tests/golden/make_model_types.py\` lists them from its source, \`node --import tsx scripts/model-types.ts\` writes what follows. A type stands under the first thing that it lacks here; the refusal names all.`,
    "",
    "| | types | `model_type` |",
    "|---|---:|---|",
    row("**loads**", loads),
    ...[...refused]
      .sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
      .map(([why, types]) => row(why, types)),
  ];
  return lines.join("\n");
}

/** The page with the table between its marks. @throws Error where they are missing. */
export function withTable(page: string, table: string): string {
  const [before, rest] = page.split(begin) as [string, string | undefined];
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/models.md lacks ${begin} or ${end}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}
