import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const NAMES = ['incident.schema.json', 'run-result.schema.json'] as const

/** strictTypes off: `type` stands beside `$ref`s and unions on purpose. */
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
addFormats.default(ajv)
for (const name of NAMES) {
  const url = new URL(`../../docs/schema/${name}`, import.meta.url)
  ajv.addSchema(JSON.parse(readFileSync(url, 'utf8')) as object, name)
}

/** Fails with every violation unless the document fits docs/schema/<name>. */
export function assertFits(name: (typeof NAMES)[number], document: unknown): void {
  const validate = ajv.getSchema(name)
  assert.ok(validate, `no schema ${name}`)
  assert.ok(validate(document), ajv.errorsText(validate.errors, { separator: '\n' }))
}
