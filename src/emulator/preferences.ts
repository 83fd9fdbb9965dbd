import type { Duration } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
import type { EmulatorSettings } from './options.ts'
import { invalidRequest } from './service-errors.ts'

/** What the `Prefer` header asks for; `shared/reference/azure-contract.md` A2. */
export interface Preferences {
  readonly wait: Duration
  readonly statistics: boolean
  readonly render: boolean
  readonly permissions: boolean
  readonly dataSources: boolean
  /** The `wait` that was asked for, to be confirmed in `Preference-Applied` (A2). */
  readonly applied: string | undefined
}

const SWITCHES = ['include-statistics', 'include-render', 'include-datasources', 'include-permissions']

export function parsePreferences(
  header: string | undefined,
  { strict, limits }: Pick<EmulatorSettings, 'strict' | 'limits'>,
): Preferences {
  const on = new Set<string>()
  let wait: Duration | undefined
  for (const token of (header ?? '').split(/[,;]/).map((part) => part.trim())) {
    if (token === '') continue
    const [name = '', value = ''] = token.split('=').map((part) => part.trim())
    if (name.toLowerCase() === 'wait') wait = readWait(value, strict, limits.longestWait)
    else if (SWITCHES.includes(name.toLowerCase())) readSwitch(name.toLowerCase(), value, on, strict)
    else if (strict) throw invalidRequest(`The preference '${name}' is not known`)
  }
  return {
    wait: wait ?? limits.defaultWait,
    statistics: on.has('include-statistics'),
    render: on.has('include-render'),
    permissions: on.has('include-permissions'),
    dataSources: on.has('include-datasources'),
    applied: wait === undefined ? undefined : `wait=${wait / seconds(1)}`,
  }
}

function readWait(value: string, strict: boolean, longest: Duration): Duration {
  const wait = seconds(/^\d+$/.test(value) ? Number(value) : 0)
  if (wait > 0 && wait <= longest) return wait
  if (strict)
    throw invalidRequest(`The preference wait=${value} is not a number of seconds from 1 to ${longest / 1000}`)
  return longest
}

function readSwitch(name: string, value: string, on: Set<string>, strict: boolean): void {
  if (value === 'true') on.add(name)
  else if (value !== 'false' && strict) throw invalidRequest(`The preference ${name} is 'true' or 'false'`)
}
