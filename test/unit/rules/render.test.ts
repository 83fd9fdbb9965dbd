import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Diagnostic } from '../../../src/domain/diagnostic.ts'
import {
  CHECKS,
  renderChecksPage,
  renderJson,
  renderSarif,
  renderText,
  summarize,
  summaryLine,
} from '../../../src/rules/index.ts'

const unknownColumn: Diagnostic = {
  code: 'unknown-column',
  severity: 'error',
  message: 'AzureActivity has no column "CallerIP"',
  hint: 'did you mean "CallerIpAddress"?',
  span: { file: 'queries/rare run.yaml', line: 31, column: 28, length: 8 },
  sourceLine: '    | summarize count() by CallerIP',
}

const missing: Diagnostic = {
  code: 'unreadable-file',
  severity: 'warning',
  message: 'gone.yaml does not exist',
  span: { file: 'gone.yaml', line: 1, column: 1, length: 0 },
}

test('text: place, severity, message, code, line, caret, hint', () => {
  assert.equal(
    renderText([unknownColumn, missing]),
    [
      'queries/rare run.yaml:31:28: error: AzureActivity has no column "CallerIP" [unknown-column]',
      '   31 |     | summarize count() by CallerIP',
      '      |                            ^~~~~~~~',
      '      hint: did you mean "CallerIpAddress"?',
      '',
      'gone.yaml:1:1: warning: gone.yaml does not exist [unreadable-file]',
      '',
    ].join('\n'),
  )
  assert.equal(renderText([]), '')
})

/** The marked part of the source line, read off the picture by the caret below it. */
function markedIn(text: string): string {
  const [, line = '', caret = ''] = text.split('\n')
  const start = caret.indexOf('^')
  return line.slice(start, start + caret.trimEnd().length - start)
}

const at = (sourceLine: string, column: number, length: number): Diagnostic => ({
  ...missing,
  span: { file: 'f', line: 3, column, length },
  sourceLine,
})

const carets: readonly { readonly name: string; readonly diagnostic: Diagnostic; readonly marked: string }[] = [
  { name: 'behind a tab', diagnostic: at('\tA\tBeta', 4, 4), marked: 'Beta' },
  { name: 'at an escaped control character', diagnostic: at('a\u001b[31mBeta', 7, 4), marked: 'Beta' },
  { name: 'on a reordering character', diagnostic: at('a\u202eBeta', 2, 1), marked: '\\u202e' },
  {
    name: 'in the middle of a long line',
    diagnostic: at(`${'x'.repeat(500)}Beta${'y'.repeat(500)}`, 501, 4),
    marked: 'Beta',
  },
  { name: 'at the end of a long line', diagnostic: at(`${'x'.repeat(500)}Beta`, 501, 4), marked: 'Beta' },
]

for (const { name, diagnostic, marked } of carets) {
  test(`text: the caret stands under what is meant: ${name}`, () => {
    const text = renderText([diagnostic], { width: 80 })
    assert.equal(markedIn(text), marked)
    for (const line of text.split('\n').slice(1)) assert.ok(line.length <= 80, line)
  })
}

test('text: wide characters take two cells', () => {
  const [, , caret] = renderText([at('漢字 Beta', 4, 4)]).split('\n')
  assert.equal(caret, '      |      ^~~~')
})

test('text: a mark of any length leaves room for the line', () => {
  const [, line = '', caret = ''] = renderText([at('x'.repeat(900), 1, 900)], { width: 60 }).split('\n')
  assert.ok(line.length <= 60 && caret.length <= 60)
})

test('text: nothing of a file reaches the terminal unescaped', () => {
  const hostile: Diagnostic = {
    ...unknownColumn,
    message: 'bad \u001b]0;x\u0007',
    hint: 'hint \u009b2J',
    span: { file: 'a\u001b[2J.yaml', line: 1, column: 1, length: 1 },
    sourceLine: '\u001b[31m',
  }

  assert.doesNotMatch(renderText([hostile]), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test('text: colours come from outside', () => {
  const text = renderText([unknownColumn], {
    paint: {
      severity: (severity, part) => `<${severity}>${part}</>`,
      place: (part) => `<place>${part}</>`,
      mark: (part) => `<mark>${part}</>`,
      dim: (part) => part,
    },
  })
  assert.match(text, /^<place>queries\/rare run\.yaml:31:28<\/>: <error>error<\/>: /)
  assert.match(text, /<mark>\^~{7}<\/>/)
})

test('json: one document, null for what there is not', () => {
  const document: unknown = JSON.parse(renderJson([unknownColumn, missing]))
  assert.deepEqual(document, {
    schemaVersion: 1,
    summary: { errors: 1, warnings: 1, infos: 0, files: 2 },
    diagnostics: [
      {
        code: 'unknown-column',
        severity: 'error',
        message: unknownColumn.message,
        hint: unknownColumn.hint,
        file: 'queries/rare run.yaml',
        line: 31,
        column: 28,
        length: 8,
        sourceLine: unknownColumn.sourceLine,
      },
      {
        code: 'unreadable-file',
        severity: 'warning',
        message: missing.message,
        hint: null,
        file: 'gone.yaml',
        line: 1,
        column: 1,
        length: 0,
        sourceLine: null,
      },
    ],
  })
})

interface SarifLog {
  readonly version: string
  readonly $schema: string
  readonly runs: readonly {
    readonly columnKind: string
    readonly tool: {
      readonly driver: { readonly name: string; readonly version: string; readonly rules: { id: string }[] }
    }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly message: { readonly text: string }
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string }
          readonly region: { startLine: number; startColumn: number; endColumn: number; snippet?: { text: string } }
        }
      }[]
    }[]
  }[]
}

test('sarif: the essential structure of 2.1.0', () => {
  const other: Diagnostic = { ...missing, code: 'config-syntax', severity: 'info' }
  const log = JSON.parse(renderSarif([unknownColumn, missing, other], { version: '1.2.3' })) as SarifLog
  assert.equal(log.version, '2.1.0')
  assert.match(log.$schema, /sarif-2\.1\.0\.json$/)
  const [run] = log.runs
  assert.ok(run)
  const { driver } = run.tool
  assert.deepEqual([driver.name, driver.version, run.columnKind], ['hunt', '1.2.3', 'utf16CodeUnits'])
  assert.equal(new Set(driver.rules.map(({ id }) => id)).size, CHECKS.length + 1)
  assert.deepEqual(
    run.results.map(({ level }) => level),
    ['error', 'warning', 'note'],
  )
  for (const { ruleId, ruleIndex, message, locations } of run.results) {
    assert.equal(driver.rules[ruleIndex]?.id, ruleId)
    assert.ok(message.text.length > 0)
    assert.equal(locations.length, 1)
  }
  const place = run.results[0]?.locations[0]?.physicalLocation
  assert.deepEqual(place?.region, {
    startLine: 31,
    startColumn: 28,
    endColumn: 36,
    snippet: { text: unknownColumn.sourceLine },
  })
})

const uris = [
  ['queries/rare run.yaml', 'queries/rare%20run.yaml'],
  ['a#b/c%d?.yaml', 'a%23b/c%25d%3F.yaml'],
  ['../shared/x.yaml', '../shared/x.yaml'],
  ['/srv/rules/x.yaml', 'file:///srv/rules/x.yaml'],
  ['C:/rules/x.yaml', 'file:///C:/rules/x.yaml'],
] as const

for (const [file, uri] of uris) {
  test(`sarif: a path is a URI: ${file}`, () => {
    const diagnostic: Diagnostic = { ...missing, span: { ...missing.span, file } }
    const log = JSON.parse(renderSarif([diagnostic], { version: '1' })) as SarifLog
    assert.equal(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri, uri)
  })
}

test('the summary counts severities and files', () => {
  const info: Diagnostic = { ...missing, severity: 'info' }
  assert.deepEqual(summarize([unknownColumn, missing, missing]), { errors: 1, warnings: 2, infos: 0, files: 2 })
  assert.equal(summaryLine(1234, []), '1,234 rules, nothing to complain about')
  assert.equal(summaryLine(1, [unknownColumn]), '1 rule, 1 error in 1 file')
  assert.equal(
    summaryLine(2, [unknownColumn, missing, missing, info]),
    '2 rules, 1 error, 2 warnings and 1 note in 2 files',
  )
})

test('the page of checks has a section for each', () => {
  const page = renderChecksPage()
  for (const { id, severity } of CHECKS) {
    assert.match(page, new RegExp(`\\n### ${id}\\n`))
    assert.match(page, new RegExp(`\\[${id}\\]\\(#${id}\\) \\| ${severity.strict} \\| ${severity.lenient} `))
  }
})
