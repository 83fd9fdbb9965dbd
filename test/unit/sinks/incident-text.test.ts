import assert from 'node:assert/strict'
import { test } from 'node:test'
import { incidentText } from '../../../src/sinks/common/incident-text.ts'
import { mailOf } from '../../../src/sinks/email/mail.ts'
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
