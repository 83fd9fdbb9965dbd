import type { FileCheck } from './check.ts'

export const binaryFile: FileCheck = {
  id: 'binary-file',
  stage: 'file',
  summary: 'A rule file is text.',
  why: 'Zero bytes mean an archive, a picture or a damaged disk block under the name of a rule.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { bytes: [0x50, 0x4b, 0x03, 0x04, 0x00, 0x00, 0x0a], shown: 'a ZIP archive named rule.yaml' },
  passes: { keys: 'name: Text' },
}
