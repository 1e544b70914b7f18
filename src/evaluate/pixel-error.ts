/** How much two drawings differ to the eye: the mean difference of their pixels. */
import { Resvg } from "@resvg/resvg-js";

/** Side of the renderings in pixels. */
const side = 192;

/**
 * @param original and `canonical` are SVG texts of the same aspect.
 * @returns mean absolute difference of the colour channels on white, 0 (equal) to 1.
 * @throws Error when one cannot be rendered.
 */
export function pixelError(original: string, canonical: string): number {
  const [a, b] = [render(original), render(canonical)];
  const length = Math.min(a.length, b.length);
  let sum = 0;
  let channels = 0;
  for (let i = 0; i < length; i++) {
    if (i % 4 === 3) continue;
    sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    channels++;
  }
  return channels === 0 ? 0 : sum / channels / 255;
}

function render(svg: string): Uint8Array {
  const options = {
    background: "#ffffff",
    fitTo: { mode: "width", value: side },
    font: { loadSystemFonts: false },
    logLevel: "off",
  } as const;
  return new Resvg(svg, options).render().pixels;
}
