import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { roundsOf, type BenchOptions } from '../options.ts'
import { hotFunctions } from '../profile/hot-spots.ts'
import { race, type Race } from '../race.ts'
import { jobContestant, profileJob } from '../run-job.ts'
import { worstOf, type Section } from '../section.ts'
import { ruleFiles } from './rule-files.ts'

/** `loadRules` against yaml's own parse of the same files, each in a fresh process. */
export async function measureLoading(root: string, options: BenchOptions): Promise<Section> {
  const corpus = join(root, '..', 'shared', 'corpus', 'azure-sentinel')
  const hasCorpus = !options.quick && existsSync(corpus)
  const folders = [join(root, 'queries'), ...(hasCorpus ? [corpus] : [])]
  const races = new Map<Race, string>()
  for (const folder of folders) {
    const count = (await ruleFiles(folder)).length
    const input = { rules: folder }
    const result = await race(
      {
        title: relative(root, folder).replaceAll('\\', '/'),
        items: { count, name: 'files' },
        rounds: roundsOf(options, 7, 2),
      },
      jobContestant('yaml', 'plain-rules', input, count),
      jobContestant('loadRules', 'hunt-rules', input, count),
    )
    races.set(result, folder)
  }
  const worst = worstOf([...races.keys()])
  const profile = await profileJob('hunt-rules', { rules: races.get(worst.race) ?? '' })
  return {
    name: 'loading',
    title: 'Loading rules',
    races: [...races.keys()],
    notes: hasCorpus ? [] : ['only queries/ was read: ../shared/corpus is not there, or the run is a quick one'],
    hint: {
      of: `${worst.measurement.name}, ${worst.race.title}`,
      ratio: worst.ratio,
      hotSpots: hotFunctions(profile, root),
      remarks: [],
    },
  }
}
