import { atPath } from '../problem.ts'
import type { RuleDraft } from '../read/rule-draft.ts'
import type { RuleSetCheck } from './check.ts'

export const duplicateId: RuleSetCheck = {
  id: 'duplicate-id',
  stage: 'rule-set',
  summary: 'No two rules have the same id.',
  why: 'Their runs and findings would be taken for those of one rule. The file that sorts first keeps the id, and with it the history; the other’s rule gets an id made from its path.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    file: 'id: 0f4a6a0e-6a53-4a3c-9a6c-1f9f6b6b3c11\nname: One\nquery: AzureActivity\n---\nid: 0f4a6a0e-6a53-4a3c-9a6c-1f9f6b6b3c11\nname: Two\nquery: AzureActivity\n',
  },
  passes: { keys: 'id: 0f4a6a0e-6a53-4a3c-9a6c-1f9f6b6b3c11' },
  run(drafts) {
    const first = new Map<string, RuleDraft>()
    return drafts.flatMap((draft) => {
      const { id } = draft
      if (id.value === undefined) return []
      const before = first.get(id.value)
      if (before === undefined) {
        first.set(id.value, draft)
        return []
      }
      const { file, line } = before.document.span(atPath(before.id.path))
      const message = `the id ${id.value} is already that of ${file}:${line}`
      return [{ draft, problem: { at: atPath(id.path), message, hint: 'give this rule a GUID of its own' } }]
    })
  },
}
