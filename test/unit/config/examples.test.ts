import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'dotenv'
import { loadConfig } from '../../../src/config/load-config.ts'
import { SETTINGS } from '../../../src/config/settings.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

test('.env.example names every variable once, and its values are right ones', async (t) => {
  const text = readFileSync(join(ROOT, '.env.example'), 'utf8')
  assert.deepEqual(parse(text), {}, 'everything is commented out')
  const values = parse(text.replace(/^#([A-Z_]+=)/gm, '$1'))
  const ours = Object.keys(values).filter((name) => name.startsWith('HUNT_'))
  assert.deepEqual(
    ours.sort(),
    Object.values(SETTINGS)
      .map(({ variable }) => variable)
      .sort(),
  )
  const config = await loadConfig({
    cwd: tempFolder(t),
    env: values,
    flags: {},
    configFile: join(ROOT, 'examples/hunt.yaml'),
  })
  assert.deepEqual(config.warnings, [])
  assert.equal(config.workspaces[0]?.name, 'contoso-prod')
})

for (const file of ['examples/hunt.yaml', 'examples/bundled-week.yaml']) {
  test(`${file} is read without a complaint`, async (t) => {
    const config = await loadConfig({ cwd: tempFolder(t), env: {}, flags: {}, configFile: join(ROOT, file) })
    assert.equal(config.queries, join(ROOT, 'queries'))
  })
}
