/** Sources that ask for much: small ones that grow, and large ones of every kind. */

const wrap = (body: string, head = "") =>
  `${head}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${body}</svg>`;

/** Ten times as many with each level. */
const levels = (count: number, shape: string) => {
  const groups = Array.from({ length: count }, (_, i) => {
    return `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`;
  });
  return `<defs><g id="g0">${shape}</g>${groups.join("")}</defs><use href="#g${count}"/>`;
};

const points = (count: number) =>
  Array.from({ length: count }, (_, i) => `${i % 97} ${(i * 7) % 89}`).join(" ");

export const hostileSources: Readonly<Record<string, () => string | Uint8Array>> = {
  "use without end": () => wrap(levels(9, '<rect width="5" height="5"/>')),
  "use up to the bound": () => wrap(levels(4, '<rect width="5" height="5" fill="red"/>')),
  "use of a gradient": () =>
    wrap(
      `<linearGradient id="a">${'<stop offset=".5"/>'.repeat(256)}</linearGradient>${levels(4, '<path d="M0 0h9v9" fill="url(#a)" transform="scale(2)"/>')}`,
    ),
  "190,000 rectangles": () => wrap('<rect width="5" height="5" x="3"/>'.repeat(190_000)),
  "60,000 rectangles": () => wrap('<rect width="5" height="5" x="3" fill="#123"/>'.repeat(60_000)),
  "80,000 points": () => wrap(`<polyline points="${points(80_000)}" stroke="red"/>`),
  "240,000 points": () => wrap(`<polyline points="${points(240_000)}" stroke="red"/>`),
  "a long path": () => wrap(`<path d="M0 0${"l1 1-1-1".repeat(120_000)}"/>`),
  "arcs without end": () => wrap(`<path d="M0 0${"a9 5 30 1 1 1 1".repeat(200_000)}"/>`),
  "far arcs": () => wrap(`<path d="M0 0L99999 0${"a9 5 30 1 1 1 1".repeat(60_000)}"/>`),
  "8 MB of rules": () => wrap(`<style>${".a{fill:red}".repeat(700_000)}</style>`),
  "1 MB of rules": () => wrap(`<style>${".a{fill:red}".repeat(80_000)}</style>`),
  "one rule of many selectors": () => wrap(`<style>${"a,".repeat(2_000)}a{fill:red}</style>`),
  "rules tried on all": () =>
    wrap(`<style>${"g>*{fill:red}".repeat(3_000)}</style>${"<g/>".repeat(60_000)}`),
  "declarations for all": () =>
    wrap(`<style>g{${"fill:red;".repeat(50_000)}}</style>${"<g/>".repeat(60_000)}`),
  "rules within rules": () => {
    const inner = (depth: number): string =>
      depth === 0 ? "fill:red" : `${"a,".repeat(300)}&{${inner(depth - 1)}}`.repeat(2);
    return wrap(`<style><![CDATA[g{${inner(7)}}]]></style><g><rect width="9" height="9"/></g>`);
  },
  "siblings that are counted": () =>
    wrap(`<style>:nth-last-of-type(7){fill:red}</style>${"<g/>".repeat(60_000)}`),
  "styles of their own": () =>
    wrap('<path style="fill:red;stroke:#123;stroke-width:2" d="M0 0h9v9z"/>'.repeat(60_000)),
  "variables that double": () => {
    const names = Array.from({ length: 60 }, (_, i) => `--v${i + 1}:var(--v${i})var(--v${i})`);
    return wrap(
      `<g style="--v0:x;${names.join(";")}">${'<rect width="9" height="9" fill="var(--v60,var(--v9))"/>'.repeat(50_000)}</g>`,
    );
  },
  "entities that double": () => {
    const names = Array.from(
      { length: 15 },
      (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(9)}">`,
    );
    const head = `<!DOCTYPE svg [<!ENTITY e0 "lol">${names.join("")}]>`;
    return wrap('<g id="&e15;"/>', head);
  },
  "boxes within boxes": () => {
    const open =
      '<g style="transform-box:fill-box;transform-origin:center;transform:rotate(1deg)">';
    return wrap(`${open.repeat(100)}<rect width="9" height="9"/>${"</g>".repeat(100)}`);
  },
  "clips of clips": () => {
    const clip = `<clipPath id="c">${'<circle cx="50" cy="50" r="40"/>'.repeat(200)}</clipPath>`;
    return wrap(`${clip}${'<rect width="90" height="60" clip-path="url(#c)"/>'.repeat(40_000)}`);
  },
  "a long clip": () => {
    const clip = `<clipPath id="c"><path d="M0 0${"l1 1 1-1".repeat(50_000)}z"/></clipPath>`;
    return wrap(`${clip}${'<rect width="90" height="60" clip-path="url(#c)"/>'.repeat(40_000)}`);
  },
  "patterns of patterns": () => {
    const patterns = Array.from({ length: 40 }, (_, i) => {
      const rect = `<rect width="5" height="5" fill="url(#p${i + 1})"/>`;
      return `<pattern id="p${i}" width="9" height="9">${rect.repeat(10)}</pattern>`;
    });
    return wrap(`${patterns.join("")}<rect width="9" height="9" fill="url(#p0)"/>`);
  },
  "brackets within brackets": () =>
    wrap(
      `<rect width="${"calc(".repeat(3_000_000)}" height="9"/><g style="${"a:(".repeat(1_000_000)}"/>`,
    ),
  "16 MB of nothing": () => wrap(" ".repeat(16_000_000)),
  "30 MB of nothing": () => wrap(" ".repeat(30_000_000)),
  "one attribute of 15 MB": () => wrap(`<path d="M0 0L${"0".repeat(15_000_000)}1 5z"/>`),
  "16 MB in UTF-16": () =>
    new Uint8Array(Buffer.from(`\ufeff${wrap(" ".repeat(8_000_000))}`, "utf16le")),
};
