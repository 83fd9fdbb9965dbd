#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { v8Flags } from './v8-flags.mjs'

const major = Number(process.versions.node.split('.')[0])
const program = new URL('../dist/main.js', import.meta.url)

if (major < 20) {
  process.stderr.write(`hunt needs Node.js 20 or newer; this is ${process.version}.\n`)
  process.exitCode = 3
} else if (!existsSync(program)) {
  process.stderr.write(
    'hunt is not built yet: dist/main.js is missing.\n  hint: run "npm start" or "npm run build" in the clone first\n',
  )
  process.exitCode = 3
} else {
  for (const flag of v8Flags(process.versions.node)) setFlagsFromString(flag)
  await import(program.href)
}
