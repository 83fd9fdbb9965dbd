import type { Exclusion } from '../../src/domain/exclusion.ts'

const span = { file: 'queries/rare-script.exclusions.yaml', line: 2, column: 11, length: 5 }

/** An exclusion as its file gives it: in force, without an end, without a fault. */
export function exclusion(name: string, when: string, changes: Partial<Exclusion> = {}): Exclusion {
  return {
    name,
    when,
    owner: 'patching@contoso.com',
    reason: 'the patch pipeline',
    expires: undefined,
    enabled: true,
    fault: undefined,
    source: { file: span.file, span, conditionSpan: () => span, line: () => '' },
    ...changes,
  }
}
