import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDataExplorerBackend } from '../../src/backends/data-explorer/index.ts'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import type { Span } from '../../src/domain/diagnostic.ts'
import { KqlError } from '../../src/domain/errors.ts'
import type { Backend } from '../../src/domain/ports.ts'
import { startEmulator, type RunningEmulator } from '../../src/emulator/index.ts'
import { loadRules, validateRules } from '../../src/rules/index.ts'
import { toRunError } from '../../src/run/failure.ts'
import { minutes } from '../../src/time/duration.ts'
import { azureUnderTest, window } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { recordingClock } from '../support/recording-clock.ts'
import { tablesNamed } from '../support/tables-named.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { exampleSchema, ruleWith } from '../unit/rules/example-rule.ts'

/** However the YAML writes a query, an error of ours and one of a service must stand at the same place of the file. */

let emulator: RunningEmulator
let services: readonly (readonly [workspace: string, backend: Backend])[]

before(async () => {
  emulator = await startEmulator({ backend: createMemoryBackend({ tables: new Map(), schema: exampleSchema }) })
  const databases = new Map([
    ['database', { cluster: emulator.url, database: 'logs', credential: { kind: 'default' as const } }],
  ])
  const explorer = createDataExplorerBackend({
    databases,
    tablesOf: tablesNamed({ AzureActivity: ['TimeGenerated'] }),
    clock: recordingClock(at('2026-03-02T12:00:00Z')),
    random: () => 0,
  })
  services = [
    ['contoso', azureUnderTest(emulator.url).backend],
    ['database', explorer],
  ]
})
after(() => emulator.close())

/** Each has one fault, at the one place that says `Target` or `wher`; characters beyond the BMP stand before it. */
const QUERIES = {
  'an unknown column': "let a = '😀 x';\nAzureActivity\n| where Caller == '😀 é\t' and Target == 1\n| take 1",
  'no operator': "AzureActivity\n| where Caller == '😀'\n\n|\twher Caller == 1",
} as const
const FAULT = /Target|wher(?!e)/

const block =
  (header: string, indentation: string) =>
  (query: string): string =>
    `query: ${header}\n${query.replace(/^(?=.)/gm, indentation)}\n`

/** In a flow scalar one line end is a space, so that each is written twice. */
const unfolded = (query: string): string => query.replaceAll('\n', '\n\n  ')

const STYLES: Readonly<Record<string, (query: string) => string>> = {
  plain: (query) => `query: ${unfolded(query)}\n`,
  'single-quoted': (query) => `query: '${unfolded(query.replaceAll("'", "''"))}'\n`,
  'double-quoted': (query) => `query: "${unfolded(query).replaceAll('\t', '\\t').replaceAll('😀', '\\U0001F600')}"\n`,
  'double-quoted in one line': (query) => `query: ${JSON.stringify(query)}\n`,
  literal: block('|', '  '),
  'literal with an indentation indicator': block('|2-', '    '),
  folded: block('>', '  '),
  'folded and stripped': block('>-', '   '),
  'folded with an indentation indicator': block('>2+', '    '),
}

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  LF: (text) => text,
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
  'a byte order mark and CRLF': (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`,
}

for (const [style, write] of Object.entries(STYLES)) {
  for (const [fault, query] of Object.entries(QUERIES)) {
    test(`the place of ${fault} in a query that is ${style}`, async (t) => {
      const cwd = tempFolder(t)
      for (const [encoding, encode] of Object.entries(ENCODINGS)) {
        const text = ruleWith(write(query))
        writeFileSync(join(cwd, 'rule.yaml'), encode(text))
        const wanted = placeOf(FAULT, text)
        assert.deepEqual(await validated(cwd), [wanted], `hunt validate, ${encoding}`)
        for (const [workspace, backend] of services) {
          assert.deepEqual(await refused(cwd, workspace, backend), wanted, `${workspace}, ${encoding}`)
        }
      }
    })
  }
}

function placeOf(fault: RegExp, text: string): Span {
  const lines = text.split('\n')
  const line = lines.findIndex((content) => fault.test(content))
  const found = fault.exec(lines[line] ?? '')
  return { file: 'rule.yaml', line: line + 1, column: (found?.index ?? 0) + 1, length: found?.[0].length ?? 0 }
}

async function validated(cwd: string): Promise<readonly (Span | undefined)[]> {
  const { diagnostics } = await validateRules(['rule.yaml'], { cwd, schema: exampleSchema })
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span)
}

/** Where the rule file has what a service finds wrong with its query, which goes out behind a line of ours. */
async function refused(cwd: string, workspace: string, backend: Backend): Promise<Span | undefined> {
  const { rules } = await loadRules(['rule.yaml'], { cwd })
  const [rule] = rules
  assert.ok(rule)
  const hour = window('2026-03-02T06:00:00Z', '2026-03-02T07:00:00Z')
  const asked = { query: rule.query, window: hour, now: hour.end, workspace, timeout: minutes(1) }
  const failure: unknown = await backend.query(asked, new AbortController().signal).catch((error: unknown) => error)
  const error = toRunError(failure, rule)
  assert.ok(error instanceof KqlError, String(failure))
  return error.span
}
