// `npm start`: from a bare clone to findings. Installs, builds, and hunts with the whole rule pack through the bundled
// week of logs. Arguments after `--` go to `hunt run`: `npm start -- --json`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale } from './lib/bundle.mjs'
import { run } from './lib/child.mjs'
import { installMissing } from './lib/install.mjs'
import { root } from './lib/paths.mjs'

await installMissing()
if (await buildWhenStale()) process.stderr.write('Built dist/.\n')

// Invented incidents must not reach a real sink, nor a real ledger: a hunt.yaml of this clone is not read, and an empty
// variable goes before one of .env.
process.env.HUNT_SINKS = ''
process.env.HUNT_LEDGER = ''
process.env.HUNT_BACKEND = 'local'
process.env.HUNT_TIME_ZONE = ''

const { week } = JSON.parse(readFileSync(join(root, 'samples', 'ground-truth.json'), 'utf8'))
const hunt = join('bin', 'hunt.mjs')
const settings = ['--config', join('examples', 'bundled-week.yaml')]
const given = process.argv.slice(2)
const code = await run(process.execPath, [
  ...[hunt, 'run', '--all', ...settings],
  ...['--data', join('samples', 'data'), '--queries', 'queries', '--output', 'output'],
  ...['--from', week.from, '--to', week.to],
  ...given,
])
process.exitCode = code
// On stderr, like all talk: `npm start -- --json` stays one document.
if (code === 0) {
  process.stderr.write('samples/GROUND-TRUTH.md says what each rule should have found, and why.\n')
  process.stderr.write('\nThe report of the week, to open in a browser:\n')
  process.exitCode = await run(process.execPath, [hunt, 'report', ...settings, ...place(), ...period()], {
    stdout: 'stderr',
  })
}

/** Where the results went. */
function place() {
  const at = given.lastIndexOf('--output')
  return ['--output', at < 0 ? 'output' : given[at + 1]]
}

/** The day after belongs to it: what a daily rule finds of the last day is raised at its end. */
function period() {
  const end = new Date(Date.parse(week.to) + 86_400_000).toISOString()
  return ['--from', week.from, '--to', end]
}
