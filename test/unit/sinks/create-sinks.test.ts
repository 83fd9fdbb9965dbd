import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '../../../src/domain/errors.ts'
import { SINK_KINDS } from '../../../src/sinks/create-sinks.ts'
import { createSinks, prepareSinks } from '../../../src/sinks/index.ts'
import type { SinkConfig, SinkRouting } from '../../../src/config/sink-config.ts'
import { routeOf } from '../../../src/sinks/routing.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { sinkContext } from '../../support/sink-context.ts'

await prepareSinks([{ type: 'webhook' }])

const namesOf = (...configs: readonly SinkConfig[]): readonly string[] =>
  createSinks(configs, sinkContext()).map((sink) => sink.name)

test('a sink is called like its type, or as it is told', () => {
  assert.deepEqual(
    namesOf({ type: 'file', options: {} }, { type: 'file', options: { name: 'archive', folder: '/var/hunt' } }),
    ['file', 'archive'],
  )
})

for (const [what, configs, code, message, hint] of [
  [
    'an unknown type',
    [{ type: 'fiel', options: {} }],
    'config/unknown-sink',
    'there is no sink of type "fiel"',
    'Did you mean "file"?',
  ],
  [
    'a type like none',
    [{ type: 'pigeon', options: {} }],
    'config/unknown-sink',
    'there is no sink of type "pigeon"',
    `Sinks are: ${SINK_KINDS.map(({ type }) => type).join(', ')}. Example: HUNT_SINKS=file`,
  ],
  [
    'an unknown option',
    [{ type: 'file', options: { foldr: 'x' } }],
    'config/unknown-sink-option',
    'the sink "file" has no option "foldr"',
    'Did you mean "folder"? Its options in hunt.yaml are: name, folder.',
  ],
  [
    'two of one name',
    [
      { type: 'file', options: {} },
      { type: 'file', options: {} },
    ],
    'config/duplicate-sink',
    'two sinks are called "file"',
    'Give each a name of its own in hunt.yaml, for example `name: archive`.',
  ],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => namesOf(...configs),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.deepEqual([error.code, error.message, error.hint], [code, message, hint])
        return true
      },
    )
  })
}

const span = { file: 'hunt.yaml', line: 3, column: 7, length: 4 }
const URL_ = 'https://example.com/hook'

for (const [what, config, message] of [
  [
    'http to another machine',
    { options: { url: 'http://example.com' } },
    `"http://example.com" of the sink "webhook" is not an https:// address without user and password`,
  ],
  ['a password in the address', { options: { url: 'https://a:b@example.com' } }, 'is not an https:// address'],
  [
    'a secret that stands in the file',
    { options: { url: URL_, secret: 'abc' } },
    `the option secret of the sink "webhook" is a secret and stands in the file`,
  ],
  ['no address', { options: {} }, `the sink "webhook" has no url`],
  [
    'an unknown format',
    { options: { url: URL_, format: 'sms' } },
    'is not one of hunt, teams, slack, thehive, jira, servicenow',
  ],
  ['a format without what it needs', { options: { url: URL_, format: 'jira' } }, 'has no project'],
  ['a limit that is none', { options: { url: URL_, limit: '-1' } }, 'is not a whole number from 1'],
] as const) {
  test(`webhook: refuses ${what}, with its place`, () => {
    assert.throws(
      () => namesOf({ type: 'webhook', span, ...config }),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(error.code, 'config/sink-option')
        assert.ok(error.message.includes(message), error.message)
        assert.deepEqual(error.span, span)
        return true
      },
    )
  })
}

test('a secret that stands in the file is not repeated by the message', () => {
  assert.throws(
    () => namesOf({ type: 'webhook', options: { url: URL_, authorization: 'Bearer hunter2' } }),
    (error) => error instanceof ConfigError && !error.message.includes('hunter2'),
  )
})

test('a template of your own is tried before the first incident', (t) => {
  const folder = tempFolder(t)
  const check = (text: string): string => {
    writeFileSync(join(folder, 'own.liquid'), text)
    const config = { type: 'webhook', options: { url: URL_, template: 'own.liquid' } }
    try {
      createSinks([config], sinkContext({ folder }))
      return 'fine'
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      assert.equal(error.code, 'config/sink-template')
      return error.message
    }
  }
  assert.equal(
    check(
      '{"a": {{ incident.title | upcase | short: 10 }}, "b": [{% for e in incident.entities %}{{ e.label }}{% endfor %}]}',
    ),
    'fine',
  )
  assert.match(check('{"a": {{ incident.titel }}}'), /undefined variable: incident.titel/)
  assert.match(check('{"a": {{ incident.title }'), /not closed/)
  assert.match(check('{"a": "{{ incident.title }}"}'), /gives no JSON/)
  assert.match(check('{"a": {% include "/etc/passwd" %}}'), /ENOENT/)
  assert.match(check('{"a": {{ incident.title | raw }}x }'), /gives no JSON/)
  assert.match(check('{% for i in (1..100000000) %}x{% endfor %}'), /limit/)
})

test('routing asks for severity, rule, tag and workspace at once', () => {
  const tags = new Map([['contoso-prod', ['prod', 'eu']]])
  const rule = { ...scheduledRule({ name: 'Rare script / VM' }), tags: ['run-command'] }
  const incident = { ...incidentOf(), workspace: 'contoso-prod', severity: 'Medium' as const }
  for (const [when, expected] of [
    [{}, true],
    [{ severity: 'Medium' }, true],
    [{ severity: 'High' }, false],
    [{ severity: 'Informational' }, true],
    [{ rules: [rule.id.toUpperCase()] }, true],
    [{ rules: ['rare script*'] }, true],
    [{ rules: ['{rare,odd} script*'] }, true],
    [{ rules: ['script*', 'other'] }, false],
    [{ tags: ['run-*'] }, true],
    [{ tags: ['other'] }, false],
    [{ workspaces: ['contoso-*'] }, true],
    [{ workspaces: ['eu'] }, true],
    [{ workspaces: ['us', 'lab'] }, false],
    [{ severity: 'Low', tags: ['run-command'], workspaces: ['prod'], rules: ['*'] }, true],
    [{ severity: 'Low', tags: ['run-command'], workspaces: ['lab'] }, false],
  ] as const satisfies readonly (readonly [SinkRouting, boolean])[]) {
    assert.equal(routeOf(when, tags)(incident, rule), expected, JSON.stringify(when))
  }
})

test('a webhook has a limit unless told otherwise, a file has none', () => {
  const limitOf = (config: SinkConfig): number | undefined => createSinks([config], sinkContext())[0]?.stormLimit
  assert.equal(limitOf({ type: 'file', options: {} }), undefined)
  assert.equal(limitOf({ type: 'webhook', options: { url: URL_ } }), 100)
  assert.equal(limitOf({ type: 'webhook', options: { url: URL_, limit: '7' } }), 7)
  assert.equal(limitOf({ type: 'webhook', options: { url: URL_, limit: 'none' } }), undefined)
})
