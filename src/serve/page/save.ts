/** Saves a drawing as a file. */

const pixels = 1024;

export function saveSvg(svg: SVGSVGElement, caption: string): void {
  save(new Blob([textOf(svg)], { type: "image/svg+xml" }), `${fileName(caption)}.svg`);
}

export async function savePng(svg: SVGSVGElement, caption: string): Promise<void> {
  const sized = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.viewBox.baseVal;
  const scale = pixels / Math.max(width, height, 1);
  sized.setAttribute("width", String(Math.max(1, Math.round(width * scale))));
  sized.setAttribute("height", String(Math.max(1, Math.round(height * scale))));
  const address = URL.createObjectURL(new Blob([textOf(sized)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    if (blob !== null) save(blob, `${fileName(caption)}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Without the marks of the page. */
function textOf(svg: SVGSVGElement): string {
  const plain = svg.cloneNode(true) as SVGSVGElement;
  for (const each of [plain, ...plain.querySelectorAll("*")]) each.removeAttribute("class");
  return new XMLSerializer().serializeToString(plain);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fileName(caption: string): string {
  const words = caption.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join("-").slice(0, 60) || "drawing";
}
