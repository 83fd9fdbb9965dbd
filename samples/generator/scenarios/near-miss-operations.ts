import { ROUTINE } from '../scripts.ts'
import { PEOPLE, SERVICES, machine } from '../world.ts'
import { on } from '../week.ts'
import { RULES, rowsOf } from './scenario.ts'
import type { Scenario, Stage } from './scenario.ts'

export function rejected(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'rejected',
    time: on('Monday', '20:10:00'),
    machine: machine('prod-kubernetes-node-01'),
    principal: quill,
    script: ROUTINE.portalDiskSpace,
    address: '192.0.2.61',
    outcome: 'rejected',
  })
  return {
    id: 'rejected',
    kind: 'near-miss',
    title: 'A Run Command that Azure refuses',
    story:
      'Start and Failure, no Accept: it never reached the machine, although the caller stands in a suspicious window.',
    traces: [trace],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'Nothing was accepted, nothing ran.' })),
  }
}

export function agentNotReady(stage: Stage): Scenario {
  const { sorrel } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'agent not ready',
    time: on('Tuesday', '16:00:20'),
    machine: machine('vm-jump-02'),
    principal: sorrel,
    script: ROUTINE.portalRemoteDesktop,
    address: sorrel.addresses[0] ?? '',
    outcome: 'agent-not-ready',
  })
  return {
    id: 'agent-not-ready',
    kind: 'near-miss',
    title: 'Accepted, but the agent of the VM does not answer',
    story:
      'Start, Accept, Failure half an hour later. The hunting query lists it without guest evidence; nothing else may.',
    traces: [trace],
    rows: rowsOf(trace),
    silent: (['unique-powershell-script', 'suspicious-login-window', 'correlated-process-execution'] as const).map(
      (rule) => ({
        rule,
        why: 'No script reached the guest, and the sign-in was an ordinary one.',
      }),
    ),
  }
}

export function sameScriptName(stage: Stage): Scenario {
  const { harrow } = PEOPLE
  const pair = [
    { name: 'vm-app-07', time: '14:10:00', script: ROUTINE.portalIpConfiguration, principal: harrow },
    { name: 'vm-lab-05', time: '14:10:12', script: ROUTINE.portalRemoteDesktop, principal: PEOPLE.odell },
  ] as const
  const portal = pair.map(({ name, time, script, principal }) =>
    stage.fleet.invoke({
      label: 'same script name',
      time: on('Wednesday', time),
      machine: machine(name),
      principal,
      script,
      address: principal.addresses[0] ?? '',
      number: 31,
    }),
  )
  const twin = stage.fleet.invoke({
    label: 'same script name as an attack',
    time: on('Sunday', '09:12:40'),
    machine: machine('vm-web-06'),
    principal: SERVICES.logCollection,
    script: ROUTINE.collectLogsWindows,
    address: SERVICES.logCollection.addresses[0] ?? '',
    number: 41,
  })
  const traces = [...portal, twin]
  return {
    id: 'same-script-name',
    kind: 'near-miss',
    title: 'script31.ps1 here and script31.ps1 there, in the same minute',
    story:
      'The number of the script counts on each machine of its own. Joined on the name alone, the commands of both machines become one fingerprint; script41.ps1 is at the same minute an attack on SQL-PRD-05 and routine on vm-web-06.',
    traces,
    rows: traces.flatMap((trace) => rowsOf(trace)),
    silent: [{ rule: 'unique-powershell-script', why: 'Each script is one that others run on the same day.' }],
  }
}

export function neighbourNode(stage: Stage): Scenario {
  const trace = stage.fleet.invoke({
    label: 'neighbour node',
    time: on('Monday', '21:31:20'),
    machine: machine('prod-kubernetes-node-01'),
    principal: SERVICES.patching,
    script: ROUTINE.patchLinux,
    address: SERVICES.patching.addresses[0] ?? '',
  })
  return {
    id: 'neighbour-node',
    kind: 'near-miss',
    title: 'Routine on a node whose name begins like the victim’s',
    story:
      'prod-kubernetes-node-01 and -02 agree in 15 characters; Linux does not cut names, so they stay two machines.',
    traces: [trace],
    rows: rowsOf(trace),
    silent: [{ rule: 'suspicious-login-window', why: 'The attacker beside it is another caller.' }],
  }
}
