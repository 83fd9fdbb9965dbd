import { drawing } from '../kql/index.ts'
import type { Drawing } from '../kql/index.ts'

/** Members of `render` as recorded, with the values of a query that draws nothing; `shared/reference/azure-contract.md` A3. */
const NOTHING = {
  visualization: null,
  title: null,
  accumulate: false,
  isQuerySorted: false,
  kind: null,
  legend: null,
  series: null,
  yMin: 'NaN',
  yMax: 'NaN',
  xAxis: null,
  xColumn: null,
  xTitle: null,
  yAxis: null,
  yColumns: null,
  ySplit: null,
  yTitle: null,
  anomalyColumns: null,
} as const

/** The answer to `Prefer: include-render=true`: what the query's `render` says, by the members that the service has for it. */
export async function renderOf(query: string): Promise<unknown> {
  // Most queries draw nothing, and need not wait for the language service.
  const found = /\brender\b/.test(query) ? await drawing(query) : undefined
  return found === undefined ? NOTHING : { ...NOTHING, ...members(found) }
}

/** Properties of the operator are these members in lower case. Lists of columns stay lists, which is a guess. */
function members({ visualization, properties }: Drawing): object {
  const known = Object.keys(NOTHING).map((member) => [member, properties.get(member.toLowerCase())] as const)
  const given = known.filter(([member, value]) => value !== undefined && member !== 'visualization')
  return { visualization, ...Object.fromEntries(given) }
}
