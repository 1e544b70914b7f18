/** What the page and its worker say to each other. */

import type { DemoSettings } from "../../runs/index.ts";
import type { Settings, Token } from "../page/settings.ts";

export type Ask =
  | { readonly kind: "draw"; readonly id: number; readonly settings: Settings }
  | { readonly kind: "stop" };

export type Told =
  | { readonly kind: "ready"; readonly settings: DemoSettings }
  | { readonly kind: "broken"; readonly reason: string }
  | {
      readonly kind: "tokens";
      readonly id: number;
      readonly index: number;
      readonly tokens: readonly Token[];
    }
  | { readonly kind: "partial"; readonly id: number; readonly index: number; readonly svg: string }
  | {
      readonly kind: "drawing";
      readonly id: number;
      readonly index: number;
      readonly svg: string;
      readonly tokens: number;
    }
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "error"; readonly id: number; readonly reason: string };
