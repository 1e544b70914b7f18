/** Figures as people read them. */

/** `2 h 05 min`, `3 min 12 s`, `8 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** `1,907`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `584 MB`, `1.20 GB`; decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}

/** `43 %`. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** Text as it may stand in HTML and SVG, in attributes too. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  const printable = text.replaceAll(/[^\P{Cc}\n\t]|\p{Cs}|[\uFFFE\uFFFF]/gu, "");
  return printable.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
