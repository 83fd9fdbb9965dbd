import { isSick } from '../../doctor/index.ts'
import type { CheckStatus, Diagnosis, DoctorCheck, MatrixCell } from '../../doctor/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { fitTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { countOf, wrapped } from './words.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/doctor.schema.json. */
const SCHEMA_VERSION = 1

export function diagnosisJson(diagnosis: Diagnosis): unknown {
  return {
    schemaVersion: SCHEMA_VERSION,
    healthy: !isSick(diagnosis),
    checks: diagnosis.checks.map(({ area, subject, workspace, status, message, remedy, code, facts }) => ({
      area,
      subject,
      workspace: workspace ?? null,
      status,
      message,
      remedy: remedy ?? null,
      code: code ?? null,
      facts: facts ?? {},
    })),
    rules: diagnosis.matrix,
  }
}

const WORDS: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok     ',
  warning: 'warning',
  failure: 'failure',
  skipped: 'skipped',
}

/** `ok       table  contoso-prod/AzureActivity: what was found`, and the remedy below. */
export function checkLines(check: DoctorCheck, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const { area, subject, status, message, remedy, code } = check
  const told = code === undefined ? '' : ` ${styles.dim(`[${code}]`)}`
  const line = `${paintOf(status, styles)(WORDS[status])}  ${area.padEnd(10)}  ${terminalSafe(`${subject}: ${message}`)}${told}`
  const hint =
    remedy === undefined || status === 'ok'
      ? []
      : wrapped(`  ${styles.dim('remedy:')} ${terminalSafe(remedy)}`, terminal)
  return [...wrapped(line, terminal), ...hint]
}

function paintOf(status: CheckStatus, { green, yellow, red, dim }: Terminal['styles']): (text: string) => string {
  return { ok: green, warning: yellow, failure: red, skipped: dim }[status]
}

/** Which rule can run where: a line for each rule, a column for each workspace, then the reasons. */
export function matrixLines({ matrix }: Diagnosis, terminal: Terminal): readonly string[] {
  if (matrix.length === 0) return []
  const { styles } = terminal
  const workspaces = [...new Set(matrix.map(({ workspace }) => workspace))]
  const rules = [...new Map(matrix.map((cell) => [cell.ruleId, cell.ruleName])).entries()]
  const columns: readonly TableColumn[] = [
    { title: 'Rule', least: 16 },
    ...workspaces.map((title) => ({ title, least: 8 })),
  ]
  const cellOf = (ruleId: string, workspace: string): TableCell => {
    const cell = matrix.find((each) => each.ruleId === ruleId && each.workspace === workspace)
    return cell === undefined ? { text: '–' } : { text: cell.status, paint: paintOf(cell.status, styles) }
  }
  const rows = rules.map(([id, name]) => [
    { text: terminalSafe(name) },
    ...workspaces.map((workspace) => cellOf(id, workspace)),
  ])
  const table = fitTable(columns, rows, terminal)
  return ['', ...table, ...reasonLines(matrix, terminal), '']
}

function reasonLines(matrix: readonly MatrixCell[], terminal: Terminal): readonly string[] {
  const told = matrix.filter(({ status }) => status !== 'ok')
  if (told.length === 0) return []
  return [
    '',
    ...told.flatMap(({ ruleName, workspace, status, reasons }) =>
      reasons.flatMap((reason) =>
        wrapped(
          `${paintOf(status, terminal.styles)(status)}: ${terminalSafe(`${ruleName} in ${workspace}: ${reason}`)}`,
          terminal,
        ),
      ),
    ),
  ]
}

export function verdictLine(diagnosis: Diagnosis, { styles }: Terminal): string {
  const all = [...diagnosis.checks, ...diagnosis.matrix]
  const failures = all.filter(({ status }) => status === 'failure').length
  const warnings = all.filter(({ status }) => status === 'warning').length
  if (failures === 0 && warnings === 0) return styles.green('Everything that hunt needs is there.')
  const told = [countOf(failures, 'failure'), countOf(warnings, 'warning')].filter((text) => !text.startsWith('0 '))
  return `${countOf(all.length, 'thing')} looked at: ${told.join(', ')}.`
}
