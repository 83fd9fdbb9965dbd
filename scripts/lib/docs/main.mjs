import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { check, format, resolveConfig } from 'prettier'
import { root } from '../paths.mjs'
import { renderChecksPage } from '../../../src/rules/index.ts'
import { cliPage } from './cli-page.mjs'
import { configurationPage, environmentExample } from './configuration-page.mjs'
import { errorsPage } from './errors-page.mjs'
import { kqlSupportPage } from './kql-support-page.mjs'

/** Path → text of every generated page. A page added here is written and checked. */
const pages = {
  'docs/cli.md': cliPage,
  'docs/configuration.md': configurationPage,
  'docs/errors.md': errorsPage,
  'docs/checks.md': renderChecksPage,
  'docs/kql-support.md': kqlSupportPage,
  '.env.example': environmentExample,
}

const isCheck = process.argv.includes('--check')
const stale = []
for (const [path, page] of Object.entries(pages)) {
  const file = join(root, path)
  const text = await formatted(await page(), file)
  if (existsSync(file) && readFileSync(file, 'utf8').replaceAll('\r\n', '\n') === text) continue
  stale.push(path)
  if (isCheck) continue
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

if (isCheck && stale.length > 0) {
  process.stderr.write(`Out of date: ${stale.join(', ')}. Run: npm run docs\n`)
  process.exitCode = 1
} else if (!isCheck) {
  process.stdout.write(stale.length === 0 ? 'All generated pages are current.\n' : `Wrote ${stale.join(', ')}.\n`)
}

/** As `npm run format` would leave it, so that both checks agree. */
async function formatted(text, file) {
  if (!file.endsWith('.md')) return text
  const options = { ...(await resolveConfig(file)), filepath: file }
  return (await check(text, options)) ? text : format(text, options)
}
