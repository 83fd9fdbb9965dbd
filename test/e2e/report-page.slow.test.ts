import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import type { Entity } from '../../src/domain/entity.ts'
import { reportHtml } from '../../src/report/html/document.ts'
import type { Report } from '../../src/report/model/report.ts'
import { readAssets } from '../../src/report/write-report.ts'
import { hours } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { NO_BROWSER, openBrowser, openPage } from '../support/browser.ts'
import { PACKAGE_ROOT } from '../support/hunt.ts'
import { alertIn, DAY, periodRun, reportOf, ruleFacts, schedule } from '../support/report-records.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Each would leave a trace (a changed title, a request, a dialog) if any part of it ran. */
const HOSTILE = [
  `<script>document.title='owned'</script>`,
  `"><img src="https://evil.example/x.png" onerror="document.title='owned'">`,
  `</title></svg></script><script>document.title='owned'</script>`,
  `{{constructor.constructor("document.title='owned'")()}}`,
  `<style>@import "https://evil.example/x.css"</style>`,
  `javascript:document.title='owned'`,
  `<a href="javascript:alert(1)" style="position:fixed;inset:0">x</a>`,
  `<!--<script>`,
  `\u202etxt.exe\u0000\u001b[31m`,
  `]]>&#60;img src=x onerror=alert(1)&#62;`,
]

const entity = (type: 'Account' | 'Host', name: string): Entity => ({
  type,
  identifiers: { [type === 'Account' ? 'FullName' : 'HostName']: name },
  strong: false,
})

function hostileReport(): Report {
  const severities = ['Low', 'High', 'Medium'] as const
  const found = HOSTILE.map((text, index) => ({
    text,
    ...alertIn(`vm-${index}`, {
      title: text,
      severity: severities[index % 3] ?? 'Low',
      entities: [entity('Account', text), entity('Host', `vm-${index % 4}`)],
      techniques: ['T1059', text],
      lastActivity: plus(DAY.start, hours(index)),
    }),
  }))
  const error = { code: 'backend/timeout', message: HOSTILE[0] ?? '', retryable: true, context: {} }
  const rules = HOSTILE.map((text, index) => ({ id: `aaaaaaaa-0000-4000-8000-00000000000${index}`, text }))
  return reportOf(
    {
      alerts: found.map(({ alert }) => alert),
      incidents: found.map(({ incident, text }) => ({
        ...incident,
        incident: { ...incident.incident, description: text, ruleName: text },
      })),
      runs: rules.map(({ id, text }, index) =>
        periodRun({ id: index, ruleId: id, ruleName: text, workspace: text, rowCount: 100 - index }),
      ),
      facts: rules.map(({ id, text }) => ruleFacts({ ruleId: id, techniques: ['T1078', text] })),
      schedules: rules.map(({ id, text }) =>
        schedule({
          ruleId: id,
          ruleName: text,
          workspace: text,
          failing: { since: DAY.start, failures: 1, nextTry: DAY.end, error: { ...error, message: text }, version: '' },
        }),
      ),
      exclusions: rules.map(({ id, text }, index) => ({
        runId: index,
        ruleId: id,
        workspace: text,
        name: text,
        when: text,
        owner: text,
        reason: text,
        expires: undefined,
        rowCount: index,
        fault: text,
      })),
      silences: HOSTILE.map((text, index) => ({
        id: index + 1,
        target: { rule: { id: 'x', name: text }, workspace: text, entity: { kind: 'host' as const, value: text } },
        since: DAY.start,
        until: DAY.end,
        reason: text,
        author: text,
        toldAt: undefined,
        incidents: found.map(({ incident: { incident } }) => ({
          ...incident,
          incidentId: incident.id,
          title: text,
          ruleName: text,
        })),
      })),
      oldVersions: HOSTILE.map((text) => ({ ruleId: text, file: text, brokenSince: minus(DAY.end, hours(2)) })),
    },
    { runs: [periodRun()] },
    {
      evidence: found.map(({ alert, text }, index) => ({
        alertId: alert.alert.id,
        columns: [text, 'Plain'],
        rows: Array.from({ length: (index % 5) + 1 }, () => [text, text]),
        of: 9,
        remark: text,
      })),
    },
  )
}

async function pageFile(t: TestContext, report: Report): Promise<string> {
  const path = join(tempFolder(t), 'report.html')
  writeFileSync(path, reportHtml(report, await readAssets(PACKAGE_ROOT)))
  return pathToFileURL(path).href
}

const column = (page: Page, table: string, index: number): Promise<string[]> =>
  page
    .locator(`#${table} > tbody > tr:not(.detail):visible > td:nth-child(${index})`)
    .allInnerTexts()
    .then((texts) => texts.map((text) => text.trim()))

test(
  'a page of hostile values runs nothing, asks for nothing and complains of nothing',
  { skip: NO_BROWSER },
  async (t) => {
    const browser = await openBrowser(t)
    const url = await pageFile(t, hostileReport())
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, misdeeds } = await openPage(browser, url, { colorScheme })
      for (const opener of await page.locator('.open').all()) await opener.click()
      assert.equal(await page.locator('tr.detail').count(), HOSTILE.length)
      for (const summary of await page.locator('summary').all()) await summary.click()
      await page.locator('#theme').click()
      await page.emulateMedia({ media: 'print' })
      assert.deepEqual(misdeeds, { requests: [], messages: [] })
      assert.equal(await page.title(), 'Hunt report: Monday 2 March 2026')
      assert.equal(await page.locator('main img, main iframe, main [style], main script').count(), 0)
      // What was hostile is there, as text.
      const shown = await page.locator('#incident-table').innerText()
      assert.ok(shown.includes(`<script>document.title='owned'</script>`))
      assert.ok(shown.includes('\\u202etxt.exe\\x00\\x1b[31m'))
      assert.ok(!shown.includes('\u202e'))
    }
  },
)

test('the policy would stop a script and a picture that got in all the same', { skip: NO_BROWSER }, async (t) => {
  const browser = await openBrowser(t)
  const { page, misdeeds } = await openPage(browser, await pageFile(t, hostileReport()))
  await page.evaluate(`
    const script = document.createElement('script')
    script.textContent = "document.title = 'owned'"
    const picture = new Image()
    picture.src = 'https://evil.example/x.png'
    document.body.append(script, picture)
    new Promise((resolve) => picture.addEventListener('error', resolve))
  `)
  assert.notEqual(await page.title(), 'owned')
  assert.equal(misdeeds.messages.filter((message) => message.includes('Content Security Policy')).length, 2)
})

test('tables sort, filter and open by keyboard alone', { skip: NO_BROWSER }, async (t) => {
  const browser = await openBrowser(t)
  const { page, misdeeds } = await openPage(browser, await pageFile(t, hostileReport()))
  const head = page.locator('#incident-table th').nth(0)
  assert.equal((await column(page, 'incident-table', 1))[0], 'High')
  await head.locator('button').focus()
  await page.keyboard.press('Enter')
  assert.equal(await head.getAttribute('aria-sort'), 'ascending')
  assert.equal((await column(page, 'incident-table', 1))[0], 'Low')
  await page.keyboard.press('Space')
  assert.equal(await head.getAttribute('aria-sort'), 'descending')
  assert.equal((await column(page, 'incident-table', 1))[0], 'High')

  // Numbers sort as numbers, from the largest on.
  await page.locator('#rule-table th', { hasText: 'Rows' }).locator('button').focus()
  await page.keyboard.press('Enter')
  const rows = (await column(page, 'rule-table', 6)).map(Number)
  assert.deepEqual(
    rows,
    [...rows].sort((a, b) => b - a),
  )

  await page.locator('[data-filters="incident-table"]').focus()
  await page.keyboard.type('vm-1 high')
  const left = await column(page, 'incident-table', 1)
  assert.ok(left.length > 0 && left.length < HOSTILE.length && left.every((severity) => severity === 'High'))
  assert.match(await page.locator('[data-counts="incident-table"]').innerText(), /^\d of 10 fit$/)

  const opener = page.locator('#incident-table .open:visible').first()
  await opener.focus()
  await page.keyboard.press('Enter')
  assert.equal(await opener.getAttribute('aria-expanded'), 'true')
  assert.equal(await page.locator('tr.detail').count(), 1)
  await page.keyboard.press('Enter')
  assert.equal(await page.locator('tr.detail').count(), 0)
  assert.deepEqual(misdeeds, { requests: [], messages: [] })
})

test('an entity of the graph leads to its incidents', { skip: NO_BROWSER }, async (t) => {
  const browser = await openBrowser(t)
  const { page } = await openPage(browser, await pageFile(t, hostileReport()))
  await page.locator('.graph .node[data-search="vm-2"]').focus()
  await page.keyboard.press('Enter')
  const entities = await column(page, 'incident-table', 6)
  assert.ok(entities.length > 0 && entities.length < HOSTILE.length)
  assert.ok(entities.every((text) => text.includes('vm-2')))
})

test('nothing is wider than the window, on a phone and on a desk', { skip: NO_BROWSER }, async (t) => {
  const browser = await openBrowser(t)
  const url = await pageFile(t, hostileReport())
  for (const width of [400, 768, 1280]) {
    const { page } = await openPage(browser, url, { viewport: { width, height: 900 } })
    await page.locator('.open').first().click()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
  }
})

test('without a script every table is there', { skip: NO_BROWSER }, async (t) => {
  const browser = await openBrowser(t)
  const { page, misdeeds } = await openPage(browser, await pageFile(t, hostileReport()), { javaScriptEnabled: false })
  assert.equal((await column(page, 'incident-table', 1)).length, HOSTILE.length)
  assert.equal(await page.locator('input:visible, button:visible').count(), 0)
  assert.deepEqual(misdeeds.requests, [])
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing wrong with the ${colorScheme} page (WCAG 2.2 AA)`, { skip: NO_BROWSER }, async (t) => {
    const browser = await openBrowser(t)
    const { page } = await openPage(browser, await pageFile(t, hostileReport()), { colorScheme, bypassCSP: true })
    await page.locator('.open').first().click()
    await page.addScriptTag({
      content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
    })
    const found = await page.evaluate(`
      axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))
    `)
    assert.deepEqual(found, [])
  })
}
