/**
 * The style of bars. Each state has a pattern of its own. A bar is exactly as wide as its time, so
 * it has no border, and a mark before it shows where a very short one is.
 */

const PATTERNS = `
:is(.bar,.swatch).hit{--c:var(--green);background:var(--c)}
:is(.bar,.swatch).joined{--c:var(--teal);background:repeating-linear-gradient(135deg,var(--c) 0 6px,color-mix(in srgb,var(--c) 60%,var(--card)) 6px 10px)}
:is(.bar,.swatch).stored{--c:var(--amber);background:repeating-linear-gradient(90deg,var(--c) 0 5px,color-mix(in srgb,var(--c) 62%,var(--card)) 5px 8px)}
:is(.bar,.swatch).unstored{--c:var(--amber);background:repeating-linear-gradient(0deg,var(--c) 0 2px,color-mix(in srgb,var(--c) 22%,var(--card)) 2px 6px)}
:is(.bar,.swatch).bypassed{--c:var(--gray);background:repeating-linear-gradient(0deg,color-mix(in srgb,var(--c) 75%,var(--card)) 0 5px,color-mix(in srgb,var(--c) 35%,var(--card)) 5px 8px)}
:is(.bar,.swatch).unknown{--c:var(--gray);background:radial-gradient(var(--c) 1.5px,transparent 1.8px) 0 0/7px 7px,color-mix(in srgb,var(--c) 18%,var(--card))}
:is(.bar,.swatch).uncached{--c:var(--gray);background:color-mix(in srgb,var(--c) 16%,var(--card));box-shadow:inset 0 0 0 1px var(--c)}
:is(.bar,.swatch).failed{--c:var(--red);background:repeating-linear-gradient(45deg,color-mix(in srgb,var(--c) 80%,transparent) 0 2px,transparent 2px 7px),repeating-linear-gradient(135deg,var(--c) 0 2px,color-mix(in srgb,var(--c) 20%,var(--card)) 2px 7px)}
:is(.bar,.swatch):is(.running,.unfinished){--c:var(--blue);background:linear-gradient(90deg,var(--c),color-mix(in srgb,var(--c) 15%,var(--card)))}
:is(.bar,.swatch).unfinished{--c:var(--gray)}
.wait,.waiting{--c:var(--teal);background:repeating-linear-gradient(135deg,var(--teal) 0 1.5px,transparent 1.5px 7px),var(--card);box-shadow:inset 0 0 0 1px var(--teal)}
.unstarted{background:var(--card);box-shadow:inset 0 0 0 1px color-mix(in srgb,var(--dim) 60%,var(--card))}`;

export const BARS = `
.bar{position:absolute;top:5px;height:14px;border-radius:2px}
.bar::before{content:'';position:absolute;left:0;top:-3px;bottom:-3px;width:3px;border-radius:1px;background:var(--c)}
.bar.thin{height:10px}.bar.thin::before{top:0;bottom:0}
.bar>i{position:absolute;top:0;bottom:0}
.swatch{flex:none;width:26px;height:11px;border-radius:2px}
.tag{position:absolute;top:3px;line-height:18px;font-size:12px;font-weight:600;white-space:nowrap;padding:0 5px;border-radius:4px}
.tag.on{background:var(--card);margin-left:24px}
.tag.after{margin-left:4px}
.tag.before{margin-right:4px}
.share{display:flex;height:16px;margin:14px 0 4px;border-radius:8px;overflow:hidden;background:var(--line)}
.share .saved{background:var(--green)}
.share .ran{background:repeating-linear-gradient(90deg,var(--amber) 0 5px,color-mix(in srgb,var(--amber) 62%,var(--card)) 5px 8px)}
${PATTERNS}
@media (forced-colors:active){.bar,.swatch,.share i{forced-color-adjust:none}}`;
