import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { reportHtml } from '../../../src/report/html/document.ts'
import { markup } from '../../../src/report/html/markup.ts'
import { readAssets } from '../../../src/report/write-report.ts'
import { PACKAGE_ROOT } from '../../support/hunt.ts'
import { alertIn, periodRun, reportOf, ruleFacts, schedule } from '../../support/report-records.ts'

const HOSTILE = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>\u202e`
const bad = alertIn('vm-1', {
  title: HOSTILE,
  entities: [{ type: 'Account', identifiers: { FullName: HOSTILE }, strong: false }],
})
const full = reportOf(
  {
    runs: [periodRun({ ruleName: HOSTILE })],
    alerts: [bad.alert],
    incidents: [bad.incident],
    facts: [ruleFacts({ techniques: ['T1059', HOSTILE] })],
    schedules: [schedule({ ruleName: HOSTILE, workspace: HOSTILE })],
  },
  {},
  { evidence: [{ alertId: bad.alert.alert.id, columns: [HOSTILE], rows: [[HOSTILE]], of: 1, remark: HOSTILE }] },
)

test('markup escapes whatever is not markup, and shows characters that reorder text', () => {
  assert.equal(
    markup`<p title="${HOSTILE}">${['<b>', markup`<i>x</i>`, 3, undefined]}</p>`.text.includes('<img'),
    false,
  )
  assert.equal(markup`${['<b>', markup`<i>x</i>`, 3, undefined]}`.text, '&lt;b&gt;<i>x</i>3')
  assert.equal(markup`${'a\u202eb'}`.text, 'a\\u202eb')
})

test('the page is one file: its policy allows no request, its own style and script by their hashes alone', async () => {
  const assets = await readAssets(PACKAGE_ROOT)
  const page = reportHtml(full, assets)
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? ''
  const hash = (text: string): string => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? []
  assert.equal(
    policy,
    `default-src &#39;none&#39;; script-src ${hash(script)}; style-src ${hash(style)}; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  )
  assert.equal(page.match(/<script/g)?.length, 2)
  // Text is escaped, so that whatever looks like a tag is one, and a quote ends an attribute.
  const tags = page
    .replaceAll(style, '')
    .replaceAll(script, '')
    .replace(/="[^"]*"/g, '=')
  assert.doesNotMatch(tags, /<img|<[a-z][^>]*\s(src|style|on[a-z]+)=/)
  for (const [, target = ''] of page.matchAll(/<[a-z][^>]*\shref="([^"]*)"/g)) assert.match(target, /^#[a-z-]+$/)
  assert.doesNotMatch(style, /url\(|@import/)
  assert.doesNotMatch(page, /https?:/)
  assert.ok(!page.includes('\u202e'))
})

test('hostile cells stay text in the data of the page, too', async () => {
  const page = reportHtml(full, await readAssets(PACKAGE_ROOT))
  const [, json = ''] = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page) ?? []
  assert.doesNotMatch(json, /</)
  const { incidents } = JSON.parse(json) as { incidents: Record<string, { alerts: { rows: string[][] }[] }> }
  const [incident] = Object.values(incidents)
  assert.match(incident?.alerts[0]?.rows[0]?.[0] ?? '', /^<\/script><script>alert\(1\)/)
})

test('an empty report is a page, too', async () => {
  const page = reportHtml(reportOf({}), await readAssets(PACKAGE_ROOT))
  assert.match(page, /No incident was opened/)
  assert.match(page, /No rule ran in this period/)
})
