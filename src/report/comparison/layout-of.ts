/** Where the groups of a comparison stand in its plots: along the first axis, a line for each of the others' values. */
import type { ComparedGroup, Comparison } from "./comparison.ts";

export interface Line {
  /** Of the axes beyond the first; empty where there is one alone. */
  readonly label: string;
  readonly color: string;
  /** Whether the values have an order that a line may follow. */
  readonly joined: boolean;
  /** Index of the group, and its place along the axis, 0 to 1. */
  readonly members: readonly { readonly group: number; readonly x: number }[];
}

export interface Layout {
  /** Of the horizontal axis, with its unit. */
  readonly label: string;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly lines: readonly Line[];
}

/** Apart in both themes; defined by the page, with these as what stands alone. */
export const palette = [
  "var(--line-1, #2563eb)",
  "var(--line-2, #c2410c)",
  "var(--line-3, #0f8a5f)",
  "var(--line-4, #9333ea)",
  "var(--line-5, #b45309)",
  "var(--line-6, #0e7490)",
  "var(--line-7, #be185d)",
  "var(--line-8, #4d7c0f)",
] as const;

export const colorOf = (index: number): string => palette[index % palette.length]!;

/** From this ratio of the largest to the smallest on, values stand by their logarithms. */
const logarithmicFrom = 3.9;

export function layoutOf(comparison: Comparison): Layout {
  const { axes, groups, unit } = comparison;
  const [first] = axes;
  if (first === undefined) return byName(groups);
  const values = distinct(groups.map((group) => group.values[first]));
  const numbers = values.filter((value) => typeof value === "number");
  const numeric = numbers.length === values.length && values.length > 1;
  const ordered = numeric ? [...numbers].sort((a, b) => a - b) : values;
  const places = numeric ? spaced(ordered as number[]) : evenly(ordered.length);
  const placeOf = (value: unknown) => places[ordered.findIndex((each) => same(each, value))] ?? 0;
  const others = axes.slice(1);
  const rests = distinct(groups.map((group) => others.map((axis) => group.values[axis])));
  const lines = rests.map((rest, index) => ({
    label: others.map((axis, i) => `${lastPart(axis)} ${text((rest as unknown[])[i])}`).join(", "),
    color: colorOf(index),
    joined: numeric,
    members: groups
      .map((group, at) => ({ group: at, of: group }))
      .filter(({ of }) =>
        same(
          others.map((axis) => of.values[axis]),
          rest,
        ),
      )
      .map(({ group, of }) => ({ group, x: placeOf(of.values[first]) }))
      .sort((a, b) => a.x - b.x),
  }));
  return {
    label: unit === "" ? first : `${first} (${unit})`,
    ticks: ordered.map((value, i) => ({ x: places[i]!, label: short(text(value)) })),
    lines,
  };
}

/** Runs that no key tells apart stand side by side. */
function byName(groups: readonly ComparedGroup[]): Layout {
  const places = evenly(groups.length);
  return {
    label: "run",
    ticks: groups.map(({ label }, i) => ({ x: places[i]!, label: short(label) })),
    lines: [
      {
        label: "",
        color: colorOf(0),
        joined: false,
        members: groups.map((_, group) => ({ group, x: places[group]! })),
      },
    ],
  };
}

function spaced(rising: readonly number[]): number[] {
  const [low, high] = [rising[0]!, rising.at(-1)!];
  const logarithmic = low > 0 && high / low >= logarithmicFrom;
  const of = logarithmic ? Math.log : (value: number) => value;
  return rising.map((value) => (of(value) - of(low)) / (of(high) - of(low)));
}

function evenly(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0.5 : i / (count - 1)));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function distinct(values: readonly unknown[]): unknown[] {
  return values.filter((value, index) => values.findIndex((each) => same(each, value)) === index);
}

const lastPart = (path: string) => path.slice(path.lastIndexOf(".") + 1);

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function short(label: string): string {
  return label.length <= 16 ? label : `${label.slice(0, 15)}…`;
}
