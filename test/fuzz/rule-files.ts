/** Damaged rule files: whatever the bytes are, reading and validating them gives diagnostics and never throws. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validateRules } from '../../src/rules/index.ts'
import { PACKAGE_ROOT } from '../support/hunt.ts'
import type { Random } from './random.ts'
import { SCHEMA, type Finding } from './run.ts'

const RULES = join(PACKAGE_ROOT, 'queries')
/** Pieces that YAML, or KQL in YAML, gives a meaning to. */
const PIECES = [
  '\n', '\t', ' ', ':', '- ', '|', '>', '"', "'", '{', '}', '[', ']', '&a', '*a', '!!binary ', '!!js/function ', '<<: *a', '---\n', '...\n', '#', '%YAML 1.2',
  '\0', '\u2028', '\u202e', '\ud800', '\ufeff', '? ', '~', 'null', '.inf', '0x7fffffffffffffff', '1e999', '2026-03-02', 'query: ', 'id: ', 'kind: Scheduled',
  'queryFrequency: P9999999999Y', 'entityMappings: ', '((((((((((', '*'.repeat(40), 'a'.repeat(3000), '  '.repeat(300) + '- x', '__proto__: 1\n', 'constructor: {}\n',
] // prettier-ignore

export function mutate(bytes: Buffer, random: Random): Buffer {
  let changed = bytes
  const changes = 1 + random.integer(6)
  for (let change = 0; change < changes; change++) {
    const at = random.integer(changed.length + 1)
    const length = random.integer(random.chance(0.2) ? changed.length : 12)
    const [before, after] = [changed.subarray(0, at), changed.subarray(Math.min(changed.length, at + length))]
    const roll = random.next()
    if (roll < 0.4) changed = Buffer.concat([before, Buffer.from(random.pick(PIECES)), changed.subarray(at)])
    else if (roll < 0.6) changed = Buffer.concat([before, after])
    else if (roll < 0.75) changed = Buffer.concat([before, changed.subarray(at, at + length), changed.subarray(at)])
    else if (roll < 0.9) changed = Buffer.concat([before, Buffer.from([random.integer(256)]), changed.subarray(at + 1)])
    else changed = Buffer.concat([after, before])
  }
  return changed
}

/** Texts to damage: the rules of the pack. */
export function ruleTexts(): Buffer[] {
  const names = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
  const rules = names.filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
  return rules.sort().map((name) => readFileSync(join(RULES, name)))
}

export async function ruleFileRound(
  texts: readonly Buffer[],
  random: Random,
  seed: number,
): Promise<Finding | undefined> {
  // prettier-ignore
  const bytes = mutate(random.pick(texts), random)
  const folder = mkdtempSync(join(tmpdir(), 'hunt-fuzz-'))
  try {
    writeFileSync(join(folder, 'rule.yaml'), bytes)
    await validateRules([folder], { cwd: folder, schema: SCHEMA, mode: random.pick(['strict', 'lenient']) })
    return undefined
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)
    const kind = `rule file: ${detail.split('\n', 1)[0] ?? ''}`.slice(0, 120)
    return { kind, detail, seed, query: bytes.toString('base64') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
