import type { CoveredTechnique, Report, TacticCoverage } from '../../model/report.ts'
import { count } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html } from '../markup.ts'
import { section } from './parts.ts'

export function attackSection({ attack }: Report): Html {
  const { tactics, others, withoutTechnique, unknown } = attack
  const ran = new Set(
    tactics.flatMap(({ techniques }) => techniques.filter(({ rules }) => rules.length > 0).map(({ id }) => id)),
  )
  const notes = [
    ...(others.length > 0 ? [`Outside of the matrix: ${others.map(({ id }) => id).join(', ')}.`] : []),
    ...(withoutTechnique.length > 0
      ? [`${count(withoutTechnique.length, 'rule that ran names', 'rules that ran name')} no technique.`]
      : []),
    ...(unknown.length > 0
      ? [`Of ${count(unknown.length, 'rule')} that ran the ledger does not know the techniques.`]
      : []),
  ]
  return section(
    'attack',
    'ATT&CK coverage',
    markup`<ul class="legend">
        <li><span class="key cell-ran"></span>a rule ran</li>
        <li><span class="key cell-alert"></span>and made alerts</li>
        <li><span class="key cell-idle"></span>a rule is scheduled, but did not run</li>
      </ul>
      <div class="matrix">${tactics.map(column)}</div>
      ${notes.map((note) => markup`<p class="note">${note}</p>`)}`,
    markup`${count(ran.size, 'technique')} with a rule that completed a run in this time. navigator-layer.json has the
    same for the ATT&CK Navigator.`,
  )
}

function column({ tactic, known, techniques }: TacticCoverage): Html {
  const covered = new Set(techniques.filter(({ rules }) => rules.length > 0).map(({ id }) => id.slice(0, 5)))
  return markup`<div class="tactic">
    <h3>${spaced(tactic)}</h3>
    <p class="share">${covered.size} of ${known}</p>
    ${
      techniques.length === 0
        ? undefined
        : markup`<ul>
            ${techniques.map(cell)}
          </ul>`
    }
  </div>`
}

function cell({ id, rules, idle, alerts }: CoveredTechnique): Html {
  const kind = rules.length === 0 ? 'idle' : alerts > 0 ? 'alert' : 'ran'
  const words = rules.length === 0 ? `${count(idle.length, 'rule')} did not run` : count(rules.length, 'rule')
  const told = [...rules.map((name) => `ran: ${name}`), ...idle.map((name) => `did not run: ${name}`)]
  return markup`<li class="cell cell-${kind}">
    <details>
      <summary>
        <span class="technique">${id}</span>
        <span class="below">${words}${alerts > 0 ? `, ${count(alerts, 'alert')}` : ''}</span>
      </summary>
      <ul>
        ${told.map((line) => markup`<li>${line}</li>`)}
        ${alerts > 0 ? markup`<li class="script-only"><a href="#incidents" data-search="${id}">its incidents</a></li>` : undefined}
      </ul>
    </details>
  </li>`
}

/** `LateralMovement` → `Lateral movement`. */
function spaced(tactic: string): string {
  const words = tactic.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
