/** The names of drawings' files: a number and the caption's words, safe on every file system. */

/** `03-arrow-up.svg`. @param index from 0. */
export function sampleFile(index: number, caption: string): string {
  const words = caption
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 48);
  return `${String(index + 1).padStart(2, "0")}-${words || "drawing"}.svg`;
}
