/** Everything that engines are held to. */
import { attentionCases } from "./attention-cases.ts";
import type { Case } from "./case.ts";
import { compositeCases } from "./composite-cases.ts";
import { nonFiniteCases } from "./non-finite-cases.ts";
import { primitiveCases } from "./primitive-cases.ts";
import { quantizedCases } from "./quantized-cases.ts";

export const cases: readonly Case[] = [
  ...primitiveCases,
  ...compositeCases,
  ...attentionCases,
  ...quantizedCases,
  ...nonFiniteCases,
];
