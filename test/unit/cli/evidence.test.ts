import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { IncidentRecord } from '../../../src/domain/ports.ts'
import { writeEvidence } from '../../../src/cli/evidence.ts'
import { storyLines } from '../../../src/cli/print/incidents.ts'
import { terminalOf } from '../../../src/cli/terminal.ts'
import { standingResultFile } from '../../../src/files/result-file.ts'
import { writeFiles } from '../../support/hunt.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const plainTerminal = terminalOf(new PassThrough(), {})

function recordOf(resultFile: string): IncidentRecord {
  const incident = incidentOf()
  const alerts = incident.alerts.map((alert) => ({ ...alert, resultFile }))
  return { incident: { ...incident, alerts }, updatedAt: incident.lastActivity, events: [] }
}

test('rows that a partial run found are shown where they are, and exported, when its slot has been searched completely', async (t) => {
  const cwd = tempFolder(t)
  const path = join(cwd, 'out/20260302T000000Z--prod.partial.json')
  const record = recordOf(path)
  writeFiles(cwd, { 'out/20260302T000000Z--prod.partial.json': '{}' })
  const shown = (): string => storyLines(record, (file) => standingResultFile(file, cwd), plainTerminal).join('\n')
  assert.match(shown(), /prod\.partial\.json\n {2}The search was not complete/)

  const whole = tempFolder(t)
  const later = recordOf(join(whole, '20260302T000000Z--prod.partial.json'))
  writeFiles(whole, { '20260302T000000Z--prod.json': '{}', '20260302T000000Z--prod.csv': 'a\n' })
  const story = storyLines(later, (file) => standingResultFile(file, whole), plainTerminal).join('\n')
  assert.match(story, /T000000Z--prod\.json$/m)
  assert.doesNotMatch(story, /not complete/)
  const { folder, missing } = await writeEvidence(later, join(whole, 'evidence'), whole)
  assert.deepEqual(missing, [])
  const names = readdirSync(folder).filter((name) => name.startsWith('2026'))
  assert.deepEqual(names.sort(), ['20260302T000000Z--prod.csv', '20260302T000000Z--prod.json'])
})
