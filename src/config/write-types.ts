/**
 * The configuration's types with a comment on each key, for editors to show. Their shape is the schema's;
 * what zod infers carries no comments into declarations, so they are written down key by key.
 */
import { type ConfigKey, type ConfigSection, configSections } from "./keys.ts";

const width = 100;

/** The whole of `src/config/config-types.ts`. */
export function configTypes(): string {
  const head = `/**
 * The configuration's types: every key with its meaning, unit and default.
 *
 * (Written from the schema by \`scripts/config-docs.ts\`.)
 */
import type { z } from "zod";
import type { configSchema } from "./schema.ts";

type Output = z.output<typeof configSchema>;
type Input = z.input<typeof configSchema>;
`;
  const wholes = [
    whole("Config", configDoc, ({ name }) => `${name}: ${typeName(name)};`),
    whole("ConfigInput", inputDoc, ({ name }) => `${name}?: ${inputName(name)} | undefined;`),
  ];
  return [head, ...wholes, ...configSections.flatMap(sectionTypes)].join("\n");
}

const configDoc = `/**
 * A configuration with every default filled in.
 * @example
 * const config: Config = loadConfig("configs/quickstart.yaml");
 * console.log(config.train.steps, config.model.hiddenSize);
 */
`;

const inputDoc = `/**
 * What a user may write: everything is optional.
 * @example
 * const input: ConfigInput = { data: { source: "icons" }, train: { steps: 500 } };
 * const config = resolveConfig(input);
 */
`;

function whole(name: string, doc: string, line: (section: ConfigSection) => string): string {
  const lines = configSections.map((section) => {
    return `${comment(section.description, "  ")}  ${line(section)}\n`;
  });
  return `${doc}export type ${name} = {\n${lines.join("")}};\n`;
}

function sectionTypes({ name, description, keys }: ConfigSection): string[] {
  const lines = (of: "Output" | "Input") => fieldsUnder(name, keys, of, "  ");
  return [
    `${comment(description, "")}export type ${typeName(name)} = {\n${lines("Output")}};\n`,
    `${comment(`${description} As it may be written.`, "")}export type ${inputName(name)} = {\n${lines("Input")}};\n`,
  ];
}

/** The fields of a section, or of a group of keys in one. */
function fieldsUnder(
  above: string,
  keys: readonly ConfigKey[],
  of: "Output" | "Input",
  indent: string,
): string {
  const optional = of === "Input" ? "?" : "";
  const own = (path: string) => path.slice(above.length + 1).split(".")[0] ?? "";
  const names = [...new Set(keys.map(({ path }) => own(path)))];
  return names
    .map((name) => {
      const path = `${above}.${name}`;
      const [key] = keys.filter((one) => one.path === path);
      if (key !== undefined) {
        return `${comment(keyText(key), indent)}${indent}${name}${optional}: ${typeAt(of, path)};\n`;
      }
      const inner = keys.filter((one) => one.path.startsWith(`${path}.`));
      return `${indent}${name}${optional}: {\n${fieldsUnder(path, inner, of, `${indent}  `)}${indent}};\n`;
    })
    .join("");
}

/** As `Output["data"]["source"]`, of which all but the last may be left out where it is written. */
function typeAt(of: "Output" | "Input", path: string): string {
  const [first, ...others] = path.split(".").map((name) => `["${name}"]`);
  if (of === "Output") return `Output${first}${others.join("")}`;
  return others.reduce((whole, name) => `NonNullable<${whole}>${name}`, `Input${first}`);
}

function keyText({ description, unit, default: value }: ConfigKey): string {
  const parts = [description.trim(), ...(unit === undefined ? [] : [`In ${unit}.`])];
  return [...parts, `Default: \`${JSON.stringify(value) ?? "none"}\`.`].join(" ");
}

/** As `TrainConfig`; `LoraConfig` is the adapter's own. */
function typeName(section: string): string {
  const capital = section.charAt(0).toUpperCase() + section.slice(1);
  return section === "lora" ? "LoraSection" : `${capital}Config`;
}

const inputName = (section: string): string => `${typeName(section)}Input`;

/** A block of lines that end before the margin. */
function comment(text: string, indent: string): string {
  const plain = text.replaceAll("*/", "*\\/");
  const one = `${indent}/** ${plain} */\n`;
  if (one.length <= width) return one;
  const lines: string[] = [];
  for (const word of plain.split(" ")) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last === undefined || indent.length + 3 + longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}
