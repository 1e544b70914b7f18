/** What docs/models.md says of the loss by the form of the weights: trained models, scored anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { weightDtypes } from "../../models/index.ts";
import { formatCount } from "../../src/report/index.ts";
import { machineName, today } from "../measuring/machine.ts";
import { listOf, table } from "../measuring/page.ts";
import { commandLine, outputOf } from "../measuring/program.ts";

const summarySchema = z.object({
  name: z.string(),
  figures: z.object({ parameters: z.number() }),
});

const evaluatedSchema = z.object({
  engine: z.string(),
  data: z.string(),
  results: z
    .array(
      z.object({
        weights: z.enum(weightDtypes),
        weightBytes: z.number(),
        natsPerToken: z.number(),
        bitsPerDrawing: z.number(),
        change: z.number(),
        tokens: z.number(),
        drawings: z.number(),
      }),
    )
    .min(1),
});

export type Scored = z.infer<typeof summarySchema> & z.infer<typeof evaluatedSchema>;

/** @param run the folder of a run that has ended. */
export async function scoreRun(run: string): Promise<Scored> {
  const summary = summarySchema.parse(JSON.parse(readFileSync(join(run, "summary.json"), "utf8")));
  const args = ["evaluate", "--run", run, "--weight-dtype", "all", "--json"];
  const all = [commandLine(), ...args, "--train.engine", "onnx"];
  const scored = await outputOf(all, { label: `scoring ${run}` });
  return { ...summary, ...evaluatedSchema.parse(JSON.parse(scored)) };
}

export function lossSection(scored: readonly Scored[]): string {
  const engines = listOf(
    scored.map(({ engine }) => engine),
    "; ",
  );
  const lines = scored.map(({ name, figures, data, results }) => {
    const { drawings, tokens } = results[0]!;
    const held = `${formatCount(drawings)} held-out drawings of \`${data}\`, ${formatCount(tokens)} tokens`;
    return `- \`${name}\`, ${formatCount(figures.parameters)} parameters: ${held}`;
  });
  return `Scored on ${today()} (${machineName()}; ${engines}):

${lines.join("\n")}

${table(
  ["model", "weights kept as", "of the weights", "nats a token", "change", "bits a drawing"],
  scored.flatMap(({ name, results }) =>
    results.map((each, i) => [
      name,
      each.weights,
      `${(each.weightBytes / 1e6).toFixed(2)} MB`,
      each.natsPerToken.toFixed(4),
      i === 0 ? "" : changeOf(each.change, each.natsPerToken),
      each.bitsPerDrawing.toFixed(1),
    ]),
  ),
)}`;
}

function changeOf(change: number, after: number): string {
  const share = (100 * change) / (after - change);
  const sign = change < 0 ? "-" : "+";
  return `${sign}${Math.abs(change).toFixed(4)} (${sign}${Math.abs(share).toFixed(2)} %)`;
}
