import { ROUTINE } from '../scripts.ts'
import { PEOPLE, machine } from '../world.ts'
import { on } from '../week.ts'
import { rowsOf, signIn } from './scenario.ts'
import type { Scenario, Stage } from './scenario.ts'

interface QuietOperation {
  readonly id: string
  readonly title: string
  readonly story: string
  readonly invocation: Parameters<Stage['fleet']['invoke']>[0]
}

/** An operation that is routine but for the sign-in near it, which must not count. */
function quiet(stage: Stage, { id, title, story, invocation }: QuietOperation): Scenario {
  const trace = stage.fleet.invoke(invocation)
  return {
    id,
    kind: 'near-miss',
    title,
    story,
    traces: [trace],
    rows: rowsOf(trace),
    silent: [
      { rule: 'suspicious-login-window', why: story },
      { rule: 'unique-powershell-script', why: 'A script of the portal, which others run on the same day.' },
    ],
  }
}

export function signInTooEarly(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const address = quill.addresses[0] ?? ''
  signIn(stage, {
    person: quill,
    time: on('Wednesday', '05:00:00'),
    address: '198.51.100.67',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 3,
  })
  return quiet(stage, {
    id: 'sign-in-too-early',
    title: 'The anomalous sign-in was eight hours earlier',
    story: 'The window reaches six hours back.',
    invocation: {
      label: 'sign-in too early',
      time: on('Wednesday', '13:05:10'),
      machine: machine('vm-app-01'),
      principal: quill,
      script: ROUTINE.portalRemoteDesktop,
      address,
    },
  })
}

export function signInTooLate(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const address = quill.addresses[0] ?? ''
  signIn(stage, {
    person: quill,
    time: on('Thursday', '09:10:00'),
    address: '198.51.100.67',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 3,
  })
  return quiet(stage, {
    id: 'sign-in-too-late',
    title: 'The anomalous sign-in came seventy minutes after the invocation',
    story: 'The window reaches one hour ahead.',
    invocation: {
      label: 'sign-in too late',
      time: on('Thursday', '08:00:00'),
      machine: machine('vm-app-03'),
      principal: quill,
      script: ROUTINE.portalRemoteDesktop,
      address,
    },
  })
}

export function anotherUser(stage: Stage): Scenario {
  const { brandt, odell } = PEOPLE
  signIn(stage, {
    person: odell,
    time: on('Tuesday', '12:00:00'),
    address: '198.51.100.68',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 4,
  })
  return quiet(stage, {
    id: 'another-user',
    title: 'The anomalous sign-in was somebody else’s',
    story: 'Half an hour before, but of another user, who runs nothing.',
    invocation: {
      label: 'another user',
      time: on('Tuesday', '12:30:40'),
      machine: machine('vm-app-02'),
      principal: brandt,
      script: ROUTINE.portalIpConfiguration,
      address: brandt.addresses[0] ?? '',
    },
  })
}

export function failedSignIn(stage: Stage): Scenario {
  const { marlow } = PEOPLE
  for (const time of ['10:00:00', '10:02:10', '10:04:30']) {
    signIn(stage, {
      person: marlow,
      time: on('Thursday', time),
      address: '192.0.2.250',
      country: 'Iceland',
      application: 'Azure Portal',
      succeeded: false,
      anomalies: ['ActionUncommonlyPerformedByUser', 'FirstTimeUserConnectedFromCountry'],
      priority: 4,
    })
  }
  return quiet(stage, {
    id: 'failed-sign-in',
    title: 'Somebody guesses the password of an administrator at work',
    story: 'The anomalous sign-ins failed: whoever guessed did not run anything.',
    invocation: {
      label: 'failed sign-in',
      time: on('Thursday', '10:40:00'),
      machine: machine('vm-web-07'),
      principal: marlow,
      script: ROUTINE.portalIpConfiguration,
      address: marlow.addresses[0] ?? '',
    },
  })
}
