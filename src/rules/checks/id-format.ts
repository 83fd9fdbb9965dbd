import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const idFormat: RuleCheck = {
  id: 'id-format',
  stage: 'rule',
  summary: 'The id is a GUID.',
  why: 'Runs, findings and incidents are kept under the id. Without a usable one an id is made from the path of the file, and changes when the file moves.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'id: rare-run-command' },
  passes: { keys: 'id: 0f4a6a0e-6a53-4a3c-9a6c-1f9f6b6b3c11' },
  run({ id }) {
    if (id.text === undefined || id.text.trim() === '' || (id.value !== undefined && id.isExact)) return []
    const hint = 'write a GUID: 8-4-4-4-12 hexadecimal digits with hyphens'
    if (id.value !== undefined) {
      return [{ at: atPath(id.path), message: `the id ${quoted(id.text)} is read as "${id.value}"`, hint }]
    }
    const length = id.text.trim().replaceAll('-', '').length
    const digits = /^[0-9a-f-]+$/i.test(id.text.trim()) ? ` (it has ${length} digits instead of 32)` : ''
    const message = `the id ${quoted(id.text)} is not a GUID${digits}; an id is made from the path of the file`
    return [{ at: atPath(id.path), message, hint }]
  },
}
