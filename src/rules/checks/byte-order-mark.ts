import type { FileCheck } from './check.ts'

export const byteOrderMark: FileCheck = {
  id: 'byte-order-mark',
  stage: 'file',
  summary: 'A rule file starts without a byte order mark.',
  why: 'The mark is harmless here; some other tools take it for part of the first key.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: {
    bytes: [0xef, 0xbb, 0xbf, ...Buffer.from('query: AzureActivity\n')],
    shown: '<EF BB BF>query: AzureActivity',
  },
  passes: { keys: 'query: AzureActivity' },
}
