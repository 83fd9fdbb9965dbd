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

const { week } = JSON.parse(readFileSync(join(root, 'samples', 'ground-truth.json'), 'utf8'))
const code = await run(process.execPath, [
  join('bin', 'hunt.mjs'),
  'run',
  '--all',
  ...['--config', join('examples', 'bundled-week.yaml')],
  ...['--data', join('samples', 'data'), '--queries', 'queries', '--output', 'output'],
  ...['--from', week.from, '--to', week.to],
  ...process.argv.slice(2),
])
process.exitCode = code
// On stderr, like all talk: `npm start -- --json` stays one document.
if (code === 0) process.stderr.write('samples/GROUND-TRUTH.md says what each rule should have found, and why.\n')
