import type { FileCheck } from './check.ts'

export const duplicateKey: FileCheck = {
  id: 'duplicate-key',
  stage: 'file',
  summary: 'No key is given twice.',
  why: 'Readers differ in which of the values counts; here the last one does.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'severity: Low\nseverity: High' },
  passes: { keys: 'severity: High' },
}
