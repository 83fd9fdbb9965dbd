import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileNode, runNode } from './child.ts'
import { isWanted, roundsOf, type BenchOptions } from './options.ts'
import { hotModules } from './profile/hot-spots.ts'
import { race, type Contestant } from './race.ts'
import { worstOf, type Section } from './section.ts'

/** After another process has read the rule: the uncounted round of the warm-up, or the first. */
const VALIDATE_AGAIN = 'hunt validate (one rule, read before)'

/** The built program as a user starts it, from the start of the process to its end, against Node.js that does nothing. */
export async function measureStartUp(root: string, options: BenchOptions): Promise<Section> {
  const queries = join(root, 'queries')
  const rule = join(queries, 'azure-run-command', 'unique-powershell-script.yaml')
  const commands: Readonly<Record<string, readonly string[]>> = {
    'hunt --help': ['--help'],
    'hunt list': ['list', '--queries', queries],
    'hunt validate (one rule)': ['validate', rule],
    [VALIDATE_AGAIN]: ['validate', rule],
    "hunt query 'print 1'": ['query', 'print 1', '--data', join(root, 'samples', 'data')],
  }
  const names = Object.keys(commands).filter((name) => isWanted(name, options.commands))
  if (names.length === 0)
    throw new Error(`none of ${Object.keys(commands).join(', ')} has ${options.commands.join(' or ')}`)
  const argumentsOf = (name: string) => [join(root, 'bin', 'hunt.mjs'), ...(commands[name] ?? [])]
  // A folder without .env and hunt.yaml.
  const cwd = await mkdtemp(join(tmpdir(), 'hunt-bench-'))
  const contestant = (name: string, args: readonly string[]): Contestant => ({
    name,
    run: async () => {
      const cache = name === VALIDATE_AGAIN ? join(cwd, 'cache') : 'none'
      return { milliseconds: (await runNode(args, { cwd, cache })).milliseconds }
    },
  })
  try {
    const result = await race(
      { title: 'From start to exit', rounds: roundsOf(options, 10, 3), warmUps: options.quick ? 0 : 1 },
      contestant('node -e 0', ['-e', '0']),
      ...names.map((name) => contestant(name, argumentsOf(name))),
    )
    const worst = worstOf([result])
    const profile = await profileNode(argumentsOf(worst.measurement.name), { cwd })
    return {
      name: 'start-up',
      title: 'Start-up of the built program',
      races: [result],
      notes: [],
      hint: {
        of: worst.measurement.name,
        ratio: worst.ratio,
        hotSpots: hotModules(profile, root),
        remarks: [],
      },
    }
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}
