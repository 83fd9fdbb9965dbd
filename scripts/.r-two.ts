import { openEngine } from '../src/kql/index.ts'
import { systemClock } from '../src/time/system-clock.ts'
import { readFileSync } from 'node:fs'
const engine = await openEngine({ readableFolders: [], schema: { tables: new Map(), functions: new Map() }, now: () => systemClock.now(), memoryLimit: '512MB' })
const txt = readFileSync(process.argv[2]!, 'utf8')
const blocks = txt.split(/\n/).filter(l => l.trim() && !l.startsWith('#'))
let defs = ''
for (const q of blocks) {
  if (q.startsWith('DEF ')) { defs += q.slice(4) + '\n'; continue }
  if (q === 'CLEAR') { defs = ''; continue }
  try { const r = await engine.query(defs + q); console.log('Q ' + q + '\n  ' + r.columns.map(c => c.name + ':' + c.type).join() + '\n  ' + r.rows.map(x => JSON.stringify(x, (_k, v) => typeof v === 'bigint' ? v.toString() : v)).join('\n  ')) } catch (e) { console.log('Q ' + q + '\n  ERR ' + String(e).slice(0, 400)) }
}
await engine.close()
