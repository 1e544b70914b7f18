/** What every page of ours has: one file, no requests, light and dark. */
import { escapeMarkup } from "../format.ts";

const style = `
:root { color-scheme: light dark; --paper:#fbfcfd; --card:#ffffff; --shade:#f2f5f8; --ink:#1f2933;
  --muted:#67717e; --rule:#e3e7ec; --accent:#2563eb; --series-1:#2563eb; --series-2:#d1495b;
  --level-1:#b7791f; --level-2:#9b4dca; --good:#1a7f4b; }
@media (prefers-color-scheme: dark) { :root { --paper:#12161b; --card:#1a2027; --shade:#222a33;
  --ink:#e6ebf0; --muted:#98a4b1; --rule:#303a45; --accent:#7aa2ff; --series-1:#7aa2ff;
  --series-2:#ff8a98; --level-1:#e0b25a; --level-2:#c99af2; --good:#5fd39a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 2.5rem 1.5rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.015em; }
h2 { font-size: 1.15rem; margin: 2.6rem 0 .8rem; }
p { margin: .4rem 0; } .muted { color: var(--muted); }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 1.1rem; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .8rem; margin-top: 1.6rem; }
@media (max-width: 720px) { .figures { grid-template-columns: repeat(2, 1fr); } }
.figures .card { padding: .8rem 1rem; }
.figures b { display: block; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.figures span { color: var(--muted); font-size: .85rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .45rem .7rem; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; } tr:last-child td { border-bottom: 0; }
th { color: var(--muted); font-weight: 500; font-size: .85rem; } .good { color: var(--good); }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 1rem; }
.sheet.row { margin-bottom: 1rem; }
.strip { display: grid; gap: .5rem; margin: .2rem 0 1rem; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  aspect-ratio: 1; padding: 12%; display: grid; place-items: center; }
.tile svg { width: 100%; height: 100%; }
small { color: var(--muted); font-size: .8em; white-space: nowrap; } td { white-space: nowrap; }
figure { margin: 0; } figcaption { text-align: center; font-size: .9rem; padding-top: .5rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
.pair > div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  aspect-ratio: 1; padding: 12%; display: grid; place-items: center; color: var(--ink); }
.pair > div + div { background: var(--shade); color: var(--muted); }
.pair svg { width: 100%; height: 100%; }
pre { overflow-x: auto; margin: 0; font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
details > summary { cursor: pointer; } svg { max-width: 100%; height: auto; }
`;

/** @param body markup, escaped already. @param extra CSS of this page alone. */
export function page(title: string, body: string, extra = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeMarkup(title)}</title>
<style>${style}${extra}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
