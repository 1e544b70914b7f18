/** What was drawn before, kept by the browser alone. */
import type { Settings } from "./settings.ts";

export interface Kept {
  readonly settings: Settings;
  readonly index: number;
  readonly svg: string;
}

const name = "pathloom-history";
const most = 48;

export function history(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isKept).slice(0, most) : [];
  } catch {
    return [];
  }
}

export function keep(entry: Kept): void {
  const others = history().filter(({ svg }) => svg !== entry.svg);
  try {
    localStorage.setItem(name, JSON.stringify([entry, ...others].slice(0, most)));
  } catch {
    // The browser keeps nothing: the page works without.
  }
}

export function forget(): void {
  localStorage.removeItem(name);
}

function isKept(entry: unknown): entry is Kept {
  const { svg, settings } = (entry ?? {}) as Partial<Kept>;
  return typeof svg === "string" && typeof settings?.prompt === "string";
}
