import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { createSinks } from '../../../src/sinks/index.ts'
import type { Sink } from '../../../src/domain/ports.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { assertFits } from '../../support/schemas.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { growing, opened, sinkContract, updated } from './contract.ts'
import type { Received } from './contract.ts'

interface IncidentFile {
  readonly incident: {
    readonly id: string
    readonly title: string
    readonly alerts: readonly { readonly id: string }[]
  }
}

function fileSink(output: string): Sink {
  const [sink] = createSinks([{ type: 'file', options: {} }], sinkContext({ output }))
  assert.ok(sink)
  return sink
}

function textsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

function readAll(folder: string): ReadonlyMap<string, Received> {
  const found = new Map<string, Received>()
  for (const text of textsIn(folder)) {
    const document: unknown = JSON.parse(text)
    assertFits('incident.schema.json', document)
    const { incident } = document as IncidentFile
    found.set(incident.id, { title: incident.title, alertIds: incident.alerts.map(({ id }) => id) })
  }
  return found
}

sinkContract('file', async (t) => {
  const output = tempFolder(t)
  return {
    connect: () => fileSink(output),
    received: async () => readAll(join(output, 'incidents')),
    told: async () => textsIn(join(output, 'incidents')),
    knowsNoStorm: true,
  }
})

const signal = new AbortController().signal

test('file: the path tells day and rule, and stays when the incident grows', async (t) => {
  const output = tempFolder(t)
  const incident = incidentOf()
  const { location } = await fileSink(output).deliver(opened(incident), signal)
  assert.equal(location, join(output, 'incidents', '2026-03-02', `rare-script--${incident.id}.json`))
})

test('file: the file lists what made it so', async (t) => {
  const incident = incidentOf()
  const sink = fileSink(tempFolder(t))
  const { location } = await sink.deliver(opened(incident), signal)
  await sink.deliver(updated(growing(incident)), signal)
  const { deliveries } = JSON.parse(readFileSync(location, 'utf8')) as { deliveries: unknown }
  assert.deepEqual(deliveries, [
    { key: `${incident.id}/opened`, reason: 'opened' },
    { key: `${incident.id}/updated/2`, reason: 'updated' },
  ])
})

for (const [what, text] of [
  ['no JSON', 'my notes'],
  ['JSON of another kind', '{"notes":"mine"}'],
] as const) {
  test(`file: ${what} in its place is left alone, and the incident waits`, async (t) => {
    const output = tempFolder(t)
    const sink = fileSink(output)
    const { location } = await sink.deliver(opened(incidentOf()), signal)
    writeFileSync(location, text)
    await assert.rejects(sink.deliver(opened(incidentOf()), signal), { code: 'sink/unreadable', retryable: true })
    assert.equal(readFileSync(location, 'utf8'), text)
    assert.equal(basename(location), readdirSync(join(output, 'incidents', '2026-03-02'))[0])
  })
}

test('file: a folder that cannot be written is an error that names it', async (t) => {
  const output = tempFolder(t)
  writeFileSync(join(output, 'incidents'), '')
  await assert.rejects(fileSink(output).deliver(opened(incidentOf()), signal), (error) => {
    assert.match(String(error), /incidents/)
    return true
  })
})
