/** The font that captions in pictures are set in, so that a machine without fonts shows them too. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Didact Gothic, under the SIL Open Font License. */
export const captionFont = "Didact Gothic";

/** Its file's contents. */
export function captionFontFile(): Uint8Array {
  const { resolve } = createRequire(import.meta.url);
  return readFileSync(
    resolve("@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf"),
  );
}
