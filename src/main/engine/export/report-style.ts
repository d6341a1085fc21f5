// The look of report.html: one style sheet, light and dark by the reader's system, light on paper.

const LIGHT = `--bg:#EFF3F1;--surface:#FFFFFF;--sunk:#F6F9F7;--line:#DAE2DE;--line-strong:#B7C4BD;--ink-2:#45544D;
--accent:#0B6B58;--matches:#0B6B58;--warn:#805300;--bad:#A8321A;--note:#E4EEF9;--gained:#1F5FA8;`;
const DARK = `--bg:#0D1311;--surface:#151D1A;--sunk:#111816;--line:#26322D;--line-strong:#3A4942;--ink-2:#B4C1BB;
--accent:#56C8AC;--matches:#56C8AC;--warn:#F0B95A;--bad:#FF8F73;--note:#14263A;--gained:#86B8F2;`;

const RULES = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:400 14px/1.5 'Atkinson Hyperlegible Next',system-ui,'Segoe UI','Noto Sans',sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1160px;margin:0 auto;padding:40px 28px 72px}
h1{font-size:30px;line-height:1.2;font-weight:600;margin:0 0 6px;letter-spacing:-.005em;overflow-wrap:anywhere}
h2{font-size:19px;line-height:1.25;font-weight:600;margin:44px 0 12px}
h3{font-size:14px;font-weight:600;margin:0 0 8px}
p{margin:0 0 10px;max-width:76ch}
a{color:var(--accent);text-underline-offset:2px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--ink);outline-offset:2px;border-radius:3px}
.facts{color:var(--ink-2);margin:0;max-width:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:16px;margin-top:26px}
.card,figure,.sheet,details{background:var(--surface);border:1px solid var(--line);border-radius:8px}
.card{padding:18px 20px}
.card ul{margin:0;padding:0;list-style:none}
.card li{padding:7px 0;border-top:1px solid var(--line)}
.card li:first-child{border-top:0;padding-top:0}
.card li:last-child{padding-bottom:0}
figure{margin:0 0 16px;padding:4px;overflow-x:auto;background:var(--chart-bg)}
figure svg{display:block;width:100%;min-width:760px;height:auto}
.sheet{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{padding:7px 12px;text-align:right;border-top:1px solid var(--line);vertical-align:top;white-space:nowrap}
thead th{border-top:0;background:var(--sunk);font-weight:600;font-size:12px;color:var(--ink-2);vertical-align:bottom;white-space:normal}
thead small{display:block;font-weight:400}
tbody th{font-weight:400;text-align:left}
td.text,th.text{text-align:left}
td.wrap{white-space:normal;overflow-wrap:anywhere;min-width:220px}
tr.dense>*{font-weight:600;background:var(--sunk)}
tr.group>*{border-top-color:var(--line-strong)}
tbody th svg{vertical-align:-2px;margin-right:8px}
.block{display:inline-block;width:12px;height:8px;background:var(--dense);margin:0 9px 1px 1px}
.diff{display:block;font-size:12px;color:var(--ink-2);font-weight:400}
.verdict svg{vertical-align:-1px;margin-left:5px}
.matches{color:var(--matches)}.unclear{color:var(--warn)}.loses{color:var(--bad)}
.forgotten{color:var(--bad)}.gained{color:var(--gained);margin-left:8px}
.stack{margin-top:16px}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;color:var(--ink-2);font-size:13px;margin:12px 2px 0;max-width:none}
.legend svg{vertical-align:-1px;margin-right:6px}
.notes{padding:16px 20px;background:var(--note);border-radius:8px;margin:0;list-style:none}
.legend .gained{margin:0}
.notes li{max-width:90ch;padding:5px 0}
code.hash{font-size:10.5px;white-space:nowrap}
details{margin:0 0 12px}
summary{padding:12px 18px;cursor:pointer;font-weight:600}
details .sheet{border:0;border-top:1px solid var(--line);border-radius:0}
code{font-family:ui-monospace,'Cascadia Mono','Noto Sans Mono',Menlo,monospace;font-size:12px}
.downloads{display:flex;flex-wrap:wrap;gap:8px 20px}
@media (max-width:620px){main{padding:24px 14px 48px}.cards{grid-template-columns:1fr}h1{font-size:24px}}
@media print{
@page{margin:14mm}
main{max-width:none;padding:0}
body{background:#fff;font-size:11px}
h2{margin-top:24px;break-after:avoid}
figure,.card,tr,.notes li{break-inside:avoid}
figure svg{min-width:0}
.sheet,figure{overflow:visible}
th,td{padding:4px 6px;font-size:10px}
.downloads{display:none}
}`;

export interface ReportStyleInput {
  readonly fontFaces: string;
  readonly chartVariables: { readonly light: string; readonly dark: string };
}

export function reportStyle({ fontFaces, chartVariables }: ReportStyleInput): string {
  const light = `:root{color-scheme:light;${LIGHT}${chartVariables.light}}`;
  const dark = `@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${DARK}${chartVariables.dark}}}`;
  return `${fontFaces}\n${light}\n${dark}\n${RULES}`;
}
