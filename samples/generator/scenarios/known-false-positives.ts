import { ONE_OFF, ROUTINE } from '../scripts.ts'
import { PEOPLE, machine } from '../world.ts'
import { on } from '../week.ts'
import { rowsOf, signIn } from './scenario.ts'
import type { Scenario, Stage } from './scenario.ts'

export function oneOffTroubleshooting(stage: Stage): Scenario {
  const { sorrel } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'one-off troubleshooting',
    time: on('Wednesday', '13:40:12'),
    machine: machine('FS-Prod-01'),
    principal: sorrel,
    script: ONE_OFF,
    address: sorrel.addresses[0] ?? '',
  })
  return {
    id: 'one-off-troubleshooting',
    kind: 'known-false-positive',
    title: 'An administrator looks once for a hanging print spooler',
    story: 'Legitimate, and unique all the same: the rule cannot know better. Its documentation says how to filter.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true }),
    silent: [{ rule: 'suspicious-login-window', why: 'The sign-in was an ordinary one.' }],
  }
}

export function businessTrip(stage: Stage): Scenario {
  const { brandt } = PEOPLE
  const entry = signIn(stage, {
    person: brandt,
    time: on('Thursday', '06:20:00'),
    address: '198.51.100.66',
    country: 'Portugal',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['FirstTimeUserConnectedFromCountry'],
    priority: 3,
  })
  const traces = (['vm-app-05', 'vm-app-06'] as const).map((name, index) =>
    stage.fleet.invoke({
      label: 'business trip',
      time: on('Thursday', index === 0 ? '09:01:30' : '09:22:05'),
      machine: machine(name),
      principal: brandt,
      script: ROUTINE.portalIpConfiguration,
      address: '198.51.100.66',
    }),
  )
  return {
    id: 'business-trip',
    kind: 'known-false-positive',
    title: 'An administrator works from abroad',
    story: 'The first sign-in from a country is an anomaly, and the routine that follows falls into its window.',
    traces,
    rows: traces.flatMap((trace) => rowsOf(trace, { signIn: entry })),
    silent: [{ rule: 'unique-powershell-script', why: 'Scripts of the portal, which others run on the same day.' }],
  }
}
