import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const NAMES = [
  'incident.schema.json',
  'run-result.schema.json',
  'run-report.schema.json',
  'pass-report.schema.json',
  'status.schema.json',
  'doctor.schema.json',
  'gaps.schema.json',
  'history.schema.json',
  'report.schema.json',
  'exclusions.schema.json',
  'pauses.schema.json',
  'silences.schema.json',
  'incidents.schema.json',
  'outbox.schema.json',
] as const

/** The folder of the schemas' `$id`s; nothing is fetched. */
const BASE = 'https://hunt.invalid/schema/'

/** strictTypes off: `type` stands beside `$ref`s and unions on purpose. */
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
addFormats.default(ajv)
for (const name of NAMES) {
  const url = new URL(`../../docs/schema/${name}`, import.meta.url)
  ajv.addSchema(JSON.parse(readFileSync(url, 'utf8')) as object)
}

/** Fails with every violation unless the document fits docs/schema/<name>. */
export function assertFits(name: (typeof NAMES)[number], document: unknown): void {
  const validate = ajv.getSchema(BASE + name)
  assert.ok(validate, `no schema ${name}`)
  assert.ok(validate(document), ajv.errorsText(validate.errors, { separator: '\n' }))
}
