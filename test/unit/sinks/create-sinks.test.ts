import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../../src/domain/errors.ts'
import { createSinks } from '../../../src/sinks/index.ts'
import type { SinkConfig } from '../../../src/sinks/index.ts'
import { fakeClock } from '../../support/instants.ts'

const namesOf = (...configs: readonly SinkConfig[]): readonly string[] =>
  createSinks(configs, { output: 'output', clock: fakeClock() }).map((sink) => sink.name)

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
    'Sinks are: file. Example: HUNT_SINKS=file',
  ],
  [
    'an unknown option',
    [{ type: 'file', options: { foldr: 'x' } }],
    'config/unknown-sink-option',
    'the sink "file" has no option "foldr"',
    'Its options in hunt.yaml are: name, folder.',
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
