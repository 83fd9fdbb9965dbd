import { createHash } from 'node:crypto'
import type { Report } from '../model/report.ts'
import { clockfaceOf, periodTitle } from '../formats/words.ts'
import { pageData } from './data.ts'
import { Html, markup } from './markup.ts'
import { attackSection } from './sections/attack.ts'
import { entitySection, incidentSection } from './sections/incidents.ts'
import { attention, charts, tiles } from './sections/overview.ts'
import { coverageSection, healthSection, hiddenSection, lateSection, ruleSection } from './sections/rules.ts'
import { silenceSection } from './sections/silences.ts'

/** Style and script of the page, as they stand in assets/report. */
export interface PageAssets {
  readonly style: string
  readonly script: string
}

const PLACES = [
  ['timeline', 'Timeline'],
  ['incidents', 'Incidents'],
  ['attack', 'ATT&CK'],
  ['entities', 'Entities'],
  ['rules', 'Rules'],
  ['coverage', 'Coverage'],
  ['health', 'Health'],
  ['hidden', 'Hidden'],
  ['silences', 'Silences'],
  ['late', 'Late'],
] as const

/**
 * The report as one HTML file that asks for nothing: its policy allows no request at all, and of style and script only
 * these two, by their hashes. Every picture is SVG that is drawn here.
 */
export function reportHtml(report: Report, { style, script }: PageAssets): string {
  const { minute } = clockfaceOf(report.timeZone)
  const title = periodTitle(report)
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>Hunt report: ${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="top">
          <div>
            <h1><span class="brand">hunt</span> ${title}</h1>
            <p class="made">
              Times in ${report.timeZone} · made ${minute(report.madeAt)} by hunt ${report.version} · compared with
              ${minute(report.before.start)} to ${minute(report.before.end)}
            </p>
          </div>
          <button type="button" class="script-only" id="theme" aria-pressed="false">Dark</button>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${PLACES.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main id="main">
          ${tiles(report)} ${attention(report)} ${charts(report)} ${incidentSection(report)} ${attackSection(report)}
          ${entitySection(report)} ${ruleSection(report)} ${coverageSection(report)} ${healthSection(report)} ${hiddenSection(report)}
          ${silenceSection(report)} ${lateSection(report)}
        </main>
        <footer>
          <p>
            Made from the ledger and the result files; no query ran for it. report.json has everything that this page
            leaves out.
          </p>
        </footer>
        ${new Html(`<script type="application/json" id="data">${pageData(report)}</script>`)}
        ${new Html(`<script>${script}</script>`)}
      </body>
    </html> `
  return page.text
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
