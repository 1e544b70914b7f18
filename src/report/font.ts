/** The font that captions in pictures are set in, so that a machine without fonts shows them too. */
import { createRequire } from "node:module";

/** Didact Gothic, under the SIL Open Font License. */
export const captionFont = "Didact Gothic";

/** The options that make resvg use it, and nothing of the machine's own. */
export function fontOptions() {
  const file = createRequire(import.meta.url).resolve(
    "@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf",
  );
  return { fontFiles: [file], loadSystemFonts: false, defaultFontFamily: captionFont };
}
