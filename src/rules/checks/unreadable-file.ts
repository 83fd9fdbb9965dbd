import type { FileCheck } from './check.ts'

export const unreadableFile: FileCheck = {
  id: 'unreadable-file',
  stage: 'file',
  summary: 'Files and folders that are named exist and can be read.',
  why: 'A rule that cannot be read does not run; nothing else would say so.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { bytes: [], shown: 'hunt validate no-such-folder' },
  passes: { keys: 'name: A rule in a file that is there' },
}
