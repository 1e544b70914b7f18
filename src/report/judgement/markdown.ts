/** A judgement as Markdown and as JSON. */
import {
  arrowOf,
  figuresNotRun,
  formatDifference,
  formatInterval,
  formatValue,
  foundFigures,
  introduction,
  type Judgement,
  method,
  scoreOf,
} from "./judgement.ts";

export function judgementMarkdown(judgement: Judgement): string {
  const { systems, byPart } = judgement;
  const figures = foundFigures(judgement);
  const head = ["", ...systems.map(({ name }) => name)];
  const rows = figures.map((figure) => [
    `${figure.label}${arrowOf(figure)}${figure.unit === "" ? "" : `, ${figure.unit}`}`,
    ...systems.map((system) => {
      const estimate = scoreOf(system, figure)?.estimate;
      if (estimate == null) return "–";
      const interval = formatInterval(figure, estimate);
      return `${formatValue(figure, estimate.value)}${interval === "" ? "" : ` (${interval})`}`;
    }),
  ]);
  const between = systems.slice(1).flatMap(({ name, differences }) => {
    const found = figures.flatMap((figure) => {
      const difference = differences.get(figure.key);
      return difference === undefined ? [] : [[figure.label, formatDifference(figure, difference)]];
    });
    if (found.length === 0) return [];
    const title = `## ${text(name)} against ${text(systems[0]!.name)}`;
    return [title, table([["", "difference"], ...found])];
  });
  const parts = [...byPart].flatMap(([part, means]) => {
    const shown = figures.flatMap((figure) => {
      const values = means.map((mean) => mean.get(figure.key));
      if (values.every((value) => value === undefined)) return [];
      const cells = values.map((value) => (value === undefined ? "–" : formatValue(figure, value)));
      return [[figure.label, ...cells]];
    });
    return shown.length === 0 ? [] : [`## ${text(part)}`, table([head, ...shown])];
  });
  const missing = figuresNotRun(judgement).map(
    ({ figure, reason }) => `- ${figure.label}: not run: ${text(reason)}`,
  );
  const notes = systems.flatMap(({ name, how, notes: said }) =>
    [how, ...said].map((note) => `- ${text(name)}: ${text(note)}`),
  );
  return [
    `# ${text(judgement.title)}`,
    text(introduction(judgement)),
    notes.join("\n"),
    table([head, ...rows]),
    ...between,
    ...parts,
    ...(missing.length === 0 ? [] : ["## Not run", missing.join("\n")]),
    "## What the figures say",
    figures.map(({ label, about }) => `- **${label}**: ${about}`).join("\n"),
    method,
    "",
  ].join("\n\n");
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const rule = head.map((_, i) => (i === 0 ? "---" : "---:"));
  return [head, rule, ...rest]
    .map((row, i) => `| ${row.map((cell) => (i === 1 ? cell : text(cell))).join(" | ")} |`)
    .join("\n");
}

/** Words of others as words: no markup, no second line. */
function text(words: string): string {
  return words.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|&#]/g, (sign) => `\\${sign}`);
}

/** All figures by system, for machines. */
export function judgementJson(judgement: Judgement): string {
  const { benchmark, systems, byPart, rows, ...rest } = judgement;
  const told = systems.map(({ name, how, notes, scores, differences }) => ({
    ...{ name, how, notes },
    figures: Object.fromEntries(
      scores.map(({ figure, estimate, reason, count }) => [
        figure.key,
        estimate === null
          ? { notRun: reason }
          : { ...estimate, drawings: count, difference: differences.get(figure.key) ?? null },
      ]),
    ),
  }));
  const figures = (systems[0]?.scores ?? []).map(({ figure }) => figure);
  const parts = [...byPart].map(([part, means]) => ({
    part,
    systems: means.map((mean) => Object.fromEntries(mean)),
  }));
  const all = {
    ...rest,
    benchmark: { ...benchmark, parts: Object.fromEntries(benchmark.parts) },
    ...{ figures, systems: told, parts },
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}
