/*
 * page-style.c - how the page looks
 *
 * Colours have two sets, light and dark; paper is always light. Met and breached are blue and orange, which are told apart by those who cannot tell red from
 * green. On a phone each row of a table becomes a card, its columns named beside the values.
 */
#include "report/page-private.h"

const char page_style[] =
    ":root{--ground:#fff;--card:#f6f7f9;--ink:#1b1f24;--quiet:#59636e;--line:#d5dae0;--strong:#1f5fae;--soft:#a9c9ee;"
    "--good:#2f7fc1;--bad:#e0741b;--cold:#e9ecf0;--heat:#1f5fae;color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--ground:#14171b;--card:#1e2329;--ink:#e8ebef;--quiet:#9aa5b1;--line:#39414b;"
    "--strong:#6db0f5;--soft:#31557f;--good:#4f9fe3;--bad:#f0924a;--cold:#262c34;--heat:#6db0f5}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:16px;max-width:1280px;background:var(--ground);color:var(--ink);"
    "font:16px/1.45 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif}\n"
    "h1{font-size:1.6rem;line-height:1.2;margin:.2em 0 .1em}h2{font-size:1.2rem;margin:2em 0 .5em}h3{font-size:1rem;margin:1.2em 0 .4em}\n"
    "p{margin:.4em 0;max-width:75ch}.quiet,figcaption,.tile small,.key{color:var(--quiet)}.quiet{font-size:.9rem}\n"
    "bdi{overflow-wrap:anywhere}\n"
    ".tiles,.charts{display:grid;gap:12px;margin:16px 0}\n"
    ".tiles{grid-template-columns:repeat(auto-fit,minmax(140px,1fr))}\n"
    ".charts{grid-template-columns:repeat(auto-fill,minmax(min(100%,350px),1fr))}\n"
    ".tile,figure{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px;margin:0}\n"
    ".tile b{display:block;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums}.tile small{display:block;font-size:.85rem}\n"
    "figcaption{font-size:.9rem;margin-bottom:6px}figcaption strong{color:var(--ink);display:block}\n"
    ".key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .35em 0 .8em}.key i:first-child{margin-left:0}.key{display:block}\n"
    "i.strong{background:var(--strong)}i.soft{background:var(--soft)}i.good{background:var(--good)}i.bad{background:var(--bad)}\n"
    "svg{display:block;width:100%;height:auto}svg text{fill:var(--quiet);font-size:11px}\n"
    "text.y{text-anchor:end}text.x{text-anchor:middle}text.start{text-anchor:start}svg.dense text.x{font-size:9.5px}\n"
    "line.grid{stroke:var(--line);stroke-width:.6}line.base{stroke:var(--quiet);stroke-width:.8}\n"
    "rect.strong{fill:var(--strong)}rect.soft{fill:var(--soft)}rect.good{fill:var(--good)}rect.bad{fill:var(--bad)}"
    "rect.heat{fill:var(--heat)}rect.cold{fill:var(--cold)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.82rem;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:5px 4px;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}\n"
    "th{font-weight:600;color:var(--quiet)}tbody th{color:var(--ink)}th:first-child,td.text{text-align:left}tr.sum th,tr.sum td{font-weight:600}\n"
    "td{white-space:nowrap}tbody th{min-width:7em}\n"
    "details{margin:1.5em 0}summary{cursor:pointer;font-weight:600}\n"
    "@media screen and (max-width:1100px){thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    "tbody,tr{display:block}tr{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:8px 12px;margin:8px 0}"
    "tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));column-gap:20px}"
    "th,td{border:0;padding:2px 0}tbody th{grid-column:1/-1;font-size:1rem}"
    "td{display:flex;justify-content:space-between;gap:8px}td::before{content:attr(data-name);color:var(--quiet);font-weight:400}}\n"
    "@page{margin:14mm}\n"
    "@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--quiet:#444;--line:#bbb;--strong:#1f5fae;--soft:#a9c9ee;--good:#2f7fc1;"
    "--bad:#e0741b;--cold:#eee;--heat:#1f5fae;color-scheme:light}"
    "body{max-width:none;padding:0;font-size:10pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".charts{grid-template-columns:1fr 1fr}.tiles{grid-template-columns:repeat(4,1fr)}"
    "figure,.tile,tr{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}table{font-size:8.5pt}"
    "th,td{padding:3px 5px}details{display:none}}\n";
