/** The style of the page: one for light and dark, for narrow and wide screens, and for paper. */
import { BARS } from './bar-style';
import { HEADS } from './rows';

/** Colours for text have a contrast of at least 4.5 to 1 with the card that they are on. */
const COLORS = `
:root{color-scheme:light dark;
--page:#f4f5f7;--card:#fff;--text:#171a1f;--dim:#596270;--line:#e4e7ec;--grid:#eceff3;--link:#0b57d0;
--green:#0f7040;--teal:#0e7490;--amber:#b45f06;--gray:#6b7482;--red:#c02626;--blue:#2563c9;--good:#e6f4ec}
@media (prefers-color-scheme:dark){:root{
--page:#0e1116;--card:#171b22;--text:#e8ebf0;--dim:#9aa5b4;--line:#2a303a;--grid:#222832;--link:#8ab4f8;
--green:#43b77a;--teal:#3fb3cf;--amber:#e09a3e;--gray:#8d97a5;--red:#f0716f;--blue:#74a3f3;--good:#15301f}}`;

const TEXT = `
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;
-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
main,footer{max-width:1440px;margin:0 auto;padding:28px 24px 8px}
footer{padding-top:0;padding-bottom:28px;color:var(--dim);font-size:13px}
a{color:var(--link);text-underline-offset:2px}
h1{font-size:26px;line-height:1.25;margin:2px 0 6px;font-weight:650;letter-spacing:-.01em}
h2{font-size:17px;margin:0 0 10px;font-weight:650}
p{margin:0}
.dim,.note,.took,small{color:var(--dim)}
.dim{font-size:14px}
.dim b{color:var(--text)}
small{font-size:12px}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
q{quotes:none;font-style:italic}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin:18px 0 0}
summary{cursor:pointer}
summary h2{display:inline;margin-right:6px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0 0}
.figure{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 16px;color:var(--dim);font-size:14px}
.figure b{display:block;color:var(--text);font-size:24px;line-height:1.3;font-weight:650;font-variant-numeric:tabular-nums}
.figure.good{background:var(--good)}.figure.good b{color:var(--green)}`;

const LANES = `
.legend{list-style:none;margin:0 0 14px;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--dim)}
.legend li{display:flex;gap:8px;align-items:baseline}
.legend b{color:var(--text);font-weight:600}
.lanes ol{list-style:none;margin:0;padding:0}
.axis,.lane{display:grid;grid-template-columns:minmax(170px,15%) minmax(0,1fr) 128px;gap:2px 18px;align-items:center}
.lane{padding:7px 0;border-top:1px solid var(--line)}
.lane:target{background:var(--good)}
.marks{grid-column:2;position:relative;height:22px;font-size:12px;color:var(--dim);font-variant-numeric:tabular-nums}
.marks span{position:absolute;padding-left:4px;white-space:nowrap}
.who{line-height:1.35}
.who bdi{font-size:14px}
.who b bdi{font-size:15px}
.track{position:relative;height:24px;background:repeating-linear-gradient(90deg,var(--grid) 0 1px,transparent 1px var(--tick))}
.took{text-align:right;font-size:14px;line-height:1.35;font-variant-numeric:tabular-nums}
.took em{display:block;font-style:normal;font-weight:600;color:var(--green)}
.took i{display:block;height:4px;margin:2px 0 0 auto;border-radius:2px;background:var(--green)}
.note{grid-column:2;font-size:13px}
summary .who::before{content:'▸ ';color:var(--dim)}
details[open]>summary .who::before{content:'▾ '}
details .lane{content-visibility:auto;contain-intrinsic-size:auto 44px}`;

const TABLE = `
table{border-collapse:collapse;width:100%;font-size:14px;margin-top:10px}
th{text-align:left;color:var(--dim);font-weight:600;font-size:13px}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
:is(th,td):is(:nth-child(5),:nth-child(6)){text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td:is(:nth-child(3),:nth-child(7)){white-space:nowrap}
td:nth-child(3){font-weight:600}
td:is(.hit,.joined){color:var(--green)}td:is(.stored,.unstored){color:var(--amber)}`;

const NARROW = `
@media (max-width:820px){
main,footer{padding-left:12px;padding-right:12px}
main{padding-top:16px}
h1{font-size:21px}
.card{padding:14px 12px}
.figures{grid-template-columns:1fr 1fr;gap:8px}
.figure{padding:10px 12px}.figure b{font-size:20px}
.axis,.lane{grid-template-columns:minmax(0,1fr) auto}
.track,.note,.marks{grid-column:1/-1}
.track{grid-row:2}.took{grid-row:1;grid-column:2}.who{grid-row:1}
.took em{display:inline;margin-left:6px}.took i{display:none}
table,tbody,tr,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border-bottom:1px solid var(--line);padding:8px 0}
td{display:grid;grid-template-columns:76px minmax(0,1fr);padding:1px 0;border:0}
td:is(:nth-child(5),:nth-child(6)){text-align:left}
td:empty{display:none}
td::before{color:var(--dim);font-size:13px;font-weight:400}
${HEADS.map((head, i) => `td:nth-child(${i + 1})::before{content:'${head}'}`).join('\n')}}
@media print{body{background:#fff}.card,.figure{break-inside:avoid-page}.lane,tr{break-inside:avoid}*{print-color-adjust:exact}}`;

export const STYLE = [COLORS, TEXT, LANES, BARS, TABLE, NARROW].join('');
