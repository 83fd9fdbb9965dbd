import type { FileCheck } from './check.ts'

/** `name: Z<0xFC>rich` in Windows-1252. */
const LATIN = [...Buffer.from('name: Z\u00fcrich\nquery: |\n  AzureActivity\n', 'latin1')]

export const fileEncoding: FileCheck = {
  id: 'file-encoding',
  stage: 'file',
  summary: 'A rule file is UTF-8 with ordinary line ends.',
  why: 'Sentinel and Git expect UTF-8. UTF-16, Windows-1252 and lone carriage returns are read all the same, but a guess may turn a letter into another.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { bytes: LATIN, shown: 'name: Zürich   (the ü as the single byte FC of Windows-1252)' },
  passes: { keys: 'name: Zürich' },
}
