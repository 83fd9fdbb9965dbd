import { ATTACK_VERSION } from '../../rules/facts/attack.ts'
import { formatInstant } from '../../time/instant.ts'
import type { CoveredTechnique, Report } from '../model/report.ts'

/**
 * A layer for the MITRE ATT&CK Navigator, format 4.5
 * (https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md): the score of a technique is
 * the number of rules for it that ran; without one it is not in the layer.
 */
export function navigatorLayer(report: Report): string {
  const { attack, period } = report
  const annotated = attack.tactics.flatMap(({ tactic, techniques }) =>
    techniques.filter(({ rules }) => rules.length > 0).map((technique) => annotation(technique, dashed(tactic))),
  )
  const others = attack.others.filter(({ id, rules }) => rules.length > 0 && !id.startsWith('T0'))
  const techniques = [...annotated, ...others.map((technique) => annotation(technique, undefined))]
  const layer = {
    name: `hunt ${formatInstant(period.start)} to ${formatInstant(period.end)}`,
    versions: { attack: ATTACK_VERSION, navigator: '5.2.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'Techniques of the rules that completed a run in this time. The score is the number of such rules.',
    sorting: 3,
    layout: {
      layout: 'side',
      showID: true,
      showName: true,
      showAggregateScores: true,
      countUnscored: false,
      aggregateFunction: 'sum',
      expandedSubtechniques: 'annotated',
    },
    hideDisabled: false,
    techniques,
    gradient: {
      colors: ['#cfe3f7', '#1f5fa8'],
      minValue: 0,
      maxValue: Math.max(1, ...techniques.map(({ score }) => score)),
    },
    legendItems: [],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  }
  return `${JSON.stringify(layer, undefined, 2)}\n`
}

function annotation({ id, rules, alerts }: CoveredTechnique, tactic: string | undefined) {
  return {
    techniqueID: id,
    ...(tactic === undefined ? {} : { tactic }),
    score: rules.length,
    comment: rules.join('\n'),
    enabled: true,
    metadata: [{ name: 'alerts', value: String(alerts) }],
    showSubtechniques: id.includes('.'),
  }
}

/** `LateralMovement` → `lateral-movement`, the navigator's name. */
function dashed(tactic: string): string {
  return tactic.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
