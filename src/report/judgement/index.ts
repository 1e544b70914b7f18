/** Several systems on one benchmark: page, sheet, Markdown and JSON. */
export {
  figuresNotRun,
  formatInterval,
  formatValue,
  foundFigures,
  introduction,
  type JudgedSystem,
  type Judgement,
  type SideBySide,
  scoreOf,
} from "./judgement.ts";
export { judgementJson, judgementMarkdown } from "./markdown.ts";
export { judgementPage } from "./page.ts";
export { judgementSheet } from "./sheet.ts";
