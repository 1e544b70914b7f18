/** What an evaluation of drawings found, in a terminal. */
import type { Judged } from "../../judge/index.ts";
import {
  figuresNotRun,
  formatInterval,
  formatValue,
  foundFigures,
  introduction,
  scoreOf,
} from "../../report/index.ts";
import { aligned, columns } from "../terminal.ts";

export function judgedText({ judgement, files }: Judged): string {
  const { systems } = judgement;
  const rows = foundFigures(judgement).map((figure) => [
    `  ${figure.label}${figure.unit === "" ? "" : `, ${figure.unit}`}`,
    ...systems.flatMap((system) => {
      const estimate = scoreOf(system, figure)?.estimate;
      if (estimate == null) return ["–", ""];
      const interval = formatInterval(figure, estimate);
      return [formatValue(figure, estimate.value), interval === "" ? "" : `(${interval})`];
    }),
  ]);
  const head = ["", ...systems.flatMap(({ name }) => [name.slice(0, 24), ""])];
  const notes = systems.flatMap(({ name, how, notes: said }) =>
    [how, ...said].map((note) => `  ${name}: ${note}`),
  );
  // One reason stands for all metrics that share it.
  const missing = new Map<string, string[]>();
  for (const { figure, reason } of figuresNotRun(judgement)) {
    missing.set(reason, [...(missing.get(reason) ?? []), figure.label]);
  }
  return [
    introduction(judgement),
    ...notes,
    "",
    aligned([head, ...rows]),
    ...(missing.size === 0 ? [] : [""]),
    ...[...missing].map(([reason, labels]) => `  not run: ${labels.join("; ")}: ${reason}`),
    ...(files === null
      ? []
      : [
          "",
          columns([
            ["page", files.page],
            ["sheet", files.sheet],
            ["tables", `${files.markdown}, ${files.json}`],
            ["drawings", `${files.drawings}, ${files.lines}`],
          ]),
        ]),
  ].join("\n");
}
