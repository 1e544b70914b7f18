/** Renders drawings with more layers in each other than the renderer can do, layer by layer. */
import type { Drawing, DrawingElement } from "../drawing.ts";
import { deepestLayer, layerDepth } from "./layers.ts";
import type { Pixels } from "./pixels.ts";

/** @param render of a drawing that the renderer can do; on nothing, in one size always. */
export function composePixels(drawing: Drawing, render: (drawing: Drawing) => Pixels): Pixels {
  const { elements, ...size } = drawing;
  const picture = (part: readonly DrawingElement[]) => render({ ...size, elements: part });
  const whole = picture([]);
  let run: DrawingElement[] = [];
  const finishRun = () => {
    if (run.length > 0) paintOver(whole, picture(run), 100);
    run = [];
  };
  const add = (element: DrawingElement) => {
    if (element.kind !== "group" || layerDepth([element]) <= deepestLayer) {
      run.push(element);
    } else if (element.opacity === 100) element.children.forEach(add);
    else {
      finishRun();
      const layer = composePixels({ ...size, elements: element.children }, render);
      paintOver(whole, layer, element.opacity);
    }
  };
  elements.forEach(add);
  finishRun();
  return whole;
}

/** Both with premultiplied colours. @param opacity percent, of what is painted. */
export function paintOver({ data: under }: Pixels, { data: over }: Pixels, opacity: number): void {
  for (let i = 0; i < under.length; i += 4) {
    const alpha = (over[i + 3]! * opacity) / 100;
    if (alpha === 0) continue;
    for (let channel = i; channel < i + 4; channel++) {
      const painted = (over[channel]! * opacity) / 100;
      under[channel] = Math.round(painted + (under[channel]! * (255 - alpha)) / 255);
    }
  }
}
