import assert from 'node:assert/strict'
import { test } from 'node:test'
import { incidentText, shortIncidentText } from '../../../src/sinks/common/incident-text.ts'
import { mailOf } from '../../../src/sinks/email/mail.ts'
import { cefEvents } from '../../../src/sinks/syslog/cef.ts'
import { templateValues } from '../../../src/sinks/webhook/template-values.ts'
import { at } from '../../support/instants.ts'
import { incidentOf } from '../../support/outcomes.ts'

const account = (name: string) => ({ type: 'Account', identifiers: { FullName: name }, strong: false }) as const
const incident = { ...incidentOf(), entities: [account('x'.repeat(1_000_000)), account('eve@contoso.com')] }
const delivery = { key: 'k', reason: 'opened', incident } as const

test('an entity of 1 MB pushes nothing out of texts for people', () => {
  const mail = mailOf(delivery, 'contoso.com', at('2026-03-02T00:00:00Z'))
  const { entityLines } = templateValues(delivery, {}, false)
  for (const text of [incidentText(delivery), mail.text, mail.html, entityLines]) {
    assert.match(text, /eve@contoso\.com/)
    assert.ok(text.length < 10_000, `${text.length} characters`)
  }
})

const detailed = (customDetails: Readonly<Record<string, readonly string[]>>) => ({
  ...delivery,
  incident: { ...incidentOf(), alerts: incidentOf().alerts.map((alert) => ({ ...alert, customDetails })) },
})

test('custom details stand in every text for people: on one line, as text, the rest counted', () => {
  const hostile = detailed({
    Script: ['id\nSeverity: Informational', '<b>&'],
    Ports: Array.from({ length: 1200 }, (_, index) => String(index)),
    Empty: [],
    Long: ['x'.repeat(60_000), 'short'],
  })
  const lines = [
    'Script: id Severity: Informational, <b>&',
    'Ports: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 1,190 more',
    `Long: ${'x'.repeat(99)}…, short`,
  ]
  const mail = mailOf(hostile, 'contoso.com', at('2026-03-02T00:00:00Z'))
  assert.equal(templateValues(hostile, {}, false).detailLines, lines.join('\n'))
  const section = `\nDetails:\n${lines.map((line) => `  ${line}\n`).join('')}\nAlerts:\n`
  for (const text of [incidentText(hostile), mail.text]) assert.ok(text.includes(section), text)
  assert.match(mail.html, /<td>Script<\/td><td><code>id Severity: Informational, &lt;b&gt;&amp;<\/code>/)
  const [event] = cefEvents(hostile, '1.0')
  assert.match(
    event ?? '',
    / flexString1Label=customDetails flexString1=Script: id Severity: Informational, <b>&; Ports: 0, /,
  )
  assert.doesNotMatch(incidentText(delivery), /Details:/)
})

test('a grown incident shows the details of its new alerts first', () => {
  const [alert] = incidentOf().alerts
  assert.ok(alert)
  const alerts = Array.from({ length: 30 }, (_, index) => {
    return { ...alert, id: `alert-${index}`, customDetails: { Caller: [`user-${index}`] } }
  })
  const grown = {
    ...delivery,
    reason: 'updated',
    incident: { ...incidentOf(), alerts },
    addedAlertIds: ['alert-29'],
  } as const
  assert.match(incidentText(grown), /^ {2}Caller: user-29, user-0, user-1, .*, and 20 more$/m)
})

test('where a field takes little, a long description and long cells leave room for each other', () => {
  const { incident: made } = detailed({ Script: ['whoami'] })
  const entities = Array.from({ length: 40 }, (_, index) => account(`${index}${'x'.repeat(500)}`))
  const full = { ...delivery, incident: { ...made, description: 'd'.repeat(5000), entities } }
  const text = shortIncidentText(full, 3900)
  assert.ok(text.length <= 3900)
  assert.match(text, /Account: 0xxx/)
  assert.match(text, /Script: whoami/)
  assert.match(text, /\nAlerts:\n/)
  assert.equal(shortIncidentText(detailed({}), 3900), incidentText(detailed({})))
})
