/**
 * Which columns of a table hold the drawing and its captions: as the configuration says, or by the
 * schemas of the data sets of LLM4SVG (SVGX) and OmniSVG (MMSVG), or by the usual names.
 */
import { SourceError } from "../source.ts";

export interface CaptionColumn {
  /** Several are joined to one caption, with ". " between, as LLM4SVG does. */
  readonly columns: readonly string[];
  /** How often it is the one that is shown, beside the others. */
  readonly share: number;
}

export interface Columns {
  /** `row`: drawing and captions in columns; `file`: the drawing in a file that a column names. */
  readonly kind: "row" | "file";
  readonly svg: string;
  readonly captions: readonly CaptionColumn[];
  readonly id: string | null;
  /** What else is said of it, as keywords. */
  readonly words: readonly string[];
  /** Of a table of preferences: the drawing that was liked less. */
  readonly rejected?: string;
  /** Of a table of edits: the drawing before the change. */
  readonly before?: string;
}

/** Pairs of a question and an answer, one of which holds the drawing. */
export interface Dialogue {
  readonly kind: "alpaca" | "messages";
}

export type Layout = Columns | Dialogue;

/** As a configuration says it. */
export interface ColumnChoice {
  readonly svg?: string | undefined;
  readonly captions?: readonly { readonly column: string; readonly share: number }[] | undefined;
  readonly id?: string | undefined;
  readonly rejected?: string | undefined;
  readonly before?: string | undefined;
}

const alone = (column: string, share = 1): CaptionColumn => ({ columns: [column], share });

function preferences(has: readonly string[], captions: readonly string[]) {
  return {
    name: "preferences",
    has,
    layout: {
      kind: "row" as const,
      svg: "chosen",
      captions: [{ columns: captions, share: 1 }],
      id: null,
      words: [],
      rejected: "rejected",
    },
  };
}

/** The data sets that are known by name, by the columns that tell them. */
const known: readonly {
  readonly name: string;
  readonly has: readonly string[];
  readonly layout: Layout;
}[] = [
  {
    name: "SVGX-Core-250k",
    has: ["name", "blip_caption", "svg_code"],
    layout: {
      kind: "row",
      svg: "svg_code",
      captions: [{ columns: ["name", "blip_caption"], share: 1 }],
      id: null,
      words: ["name"],
    },
  },
  // As of TRL; LLaMA-Factory's ranking sets in its two forms; and whole conversations.
  preferences(["prompt", "chosen", "rejected"], ["prompt"]),
  preferences(["instruction", "chosen", "rejected"], ["instruction", "input"]),
  preferences(["conversations", "chosen", "rejected"], ["conversations"]),
  preferences(["messages", "chosen", "rejected"], ["messages"]),
  preferences(["chosen", "rejected"], ["chosen"]),
  { name: "SVGX-SFT-1M", has: ["instruction", "output"], layout: { kind: "alpaca" } },
  { name: "chat messages", has: ["messages"], layout: { kind: "messages" } },
  { name: "chat messages", has: ["conversations"], layout: { kind: "messages" } },
  {
    name: "MMSVG",
    has: ["id", "svg", "description", "detail"],
    layout: {
      kind: "row",
      svg: "svg",
      // As OmniSVG draws them: the brief one 40 times of 100.
      captions: [alone("description", 0.4), alone("detail", 0.6)],
      id: "id",
      words: ["keywords"],
    },
  },
];

const usual = {
  svg: ["svg", "svg_code", "Svg", "SVG", "code"],
  file: ["file_name", "file", "path", "svg_path"],
  brief: [
    "caption",
    "captions",
    "description",
    "desc_en",
    "desc",
    "text",
    "prompt",
    "title",
    "name",
  ],
  detailed: ["detail", "detail_en", "detailed_description"],
  id: ["id", "uuid", "key"],
  words: ["keywords", "tags"],
} as const;

/**
 * @param names of the columns that are there.
 * @param choice of the configuration, which goes before what is known.
 * @param place the file, which errors name.
 * @throws SourceError when there is no drawing or no caption in them.
 */
export function layoutOf(
  place: string,
  names: readonly string[],
  choice: ColumnChoice | null = null,
): Layout {
  if (choice?.svg !== undefined || choice?.captions !== undefined) {
    return chosen(place, names, choice);
  }
  const found = known.find(({ has }) => has.every((name) => names.includes(name)));
  if (found !== undefined) return withId(found.layout, names, choice);
  return chosen(place, names, choice ?? {});
}

/** Those of a layout that are there. */
export function columnsIn(layout: Layout, names: readonly string[]): string[] {
  const asked =
    "svg" in layout
      ? [
          layout.svg,
          ...layout.captions.flatMap(({ columns }) => columns),
          ...(layout.id === null ? [] : [layout.id]),
          ...layout.words,
          ...[layout.rejected, layout.before].flatMap((column) => column ?? []),
        ]
      : ["instruction", "input", "output", "messages", "conversations"];
  return [...new Set(asked)].filter((name) => names.includes(name));
}

function withId(layout: Layout, names: readonly string[], choice: ColumnChoice | null): Layout {
  if (!("svg" in layout)) return layout;
  return { ...layout, id: choice?.id ?? layout.id ?? firstOf(usual.id, names) };
}

function chosen(place: string, names: readonly string[], choice: ColumnChoice): Columns {
  const { captions, id, rejected, before } = choice;
  for (const name of [
    choice.svg,
    id,
    rejected,
    before,
    ...(captions ?? []).map(({ column }) => column),
  ]) {
    if (name !== undefined && !names.includes(name)) throw missing(place, `"${name}"`, names);
  }
  const svg = choice.svg ?? firstOf(usual.svg, names);
  const file = svg === null ? (firstOf(usual.file, names) ?? firstOf(usual.id, names)) : null;
  const drawing = svg ?? file;
  if (drawing === null) throw missing(place, "with drawings", names);
  const said = captions?.map(({ column, share }) => alone(column, share)) ?? guessed(names);
  if (said.length === 0) throw missing(place, "with captions", names);
  return {
    kind: svg === null ? "file" : "row",
    svg: drawing,
    captions: said,
    id: id ?? firstOf(usual.id, names),
    words: usual.words.filter((name) => names.includes(name)),
    ...(rejected === undefined ? {} : { rejected }),
    ...(before === undefined ? {} : { before }),
  };
}

function guessed(names: readonly string[]): CaptionColumn[] {
  const brief = firstOf(usual.brief, names);
  const detailed = firstOf(usual.detailed, names);
  if (brief !== null && detailed !== null) return [alone(brief, 0.4), alone(detailed, 0.6)];
  const only = brief ?? detailed;
  const several = ["caption", "captions"].filter((name) => names.includes(name));
  if (several.length === 2) return several.map((name) => alone(name));
  return only === null ? [] : [alone(only)];
}

function firstOf(wanted: readonly string[], names: readonly string[]): string | null {
  return wanted.find((name) => names.includes(name)) ?? null;
}

function missing(place: string, what: string, names: readonly string[]): SourceError {
  const listed = names.slice(0, 20).join(", ").slice(0, 300);
  return new SourceError(
    `${place}: there is no column ${what}; there are ${listed || "none"}. Name them: columns: { svg: …, captions: … }`,
  );
}
