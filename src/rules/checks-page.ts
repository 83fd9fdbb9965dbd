import { CHECKS } from './checks/index.ts'
import type { Check, Example } from './checks/check.ts'

const STAGES: readonly { readonly stages: readonly Check['stage'][]; readonly title: string; readonly text: string }[] =
  [
    { stages: ['file'], title: 'Files', text: 'Found while files are found, decoded and parsed.' },
    { stages: ['rule', 'rule-set'], title: 'Rules', text: 'Found in what a file says, without a look at the schemas.' },
    {
      stages: ['query'],
      title: 'Queries',
      text: 'Found by the Kusto language service and the schema catalogue; only `hunt validate` looks.',
    },
  ]

const INTRODUCTION = `# Checks

<!-- Generated from src/rules/checks by \`npm run docs\`; do not edit. -->

What \`hunt\` has to say about rule files. Each diagnostic carries the id of its check in brackets.

There are two ways to look. **Strict** is for rules that we ship: whatever Sentinel would refuse is an error.
**Lenient** is for rules that others wrote: they load and run wherever that makes sense, and what had to be guessed or
left out is said. A rule with an error is not loaded; warnings and notes never stop one. One broken rule never stops the
others.`

/** docs/checks.md, from the checks themselves. */
export function renderChecksPage(): string {
  const sections = STAGES.flatMap(({ stages, title, text }) => {
    const checks = CHECKS.filter(({ stage }) => stages.includes(stage))
    return [`## ${title}`, text, table(checks), ...checks.map(section)]
  })
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`
}

function table(checks: readonly Check[]): string {
  const rows = checks.map(({ id, severity, summary }) => [
    `[${id}](#${id})`,
    severity.strict,
    severity.lenient,
    summary.replaceAll('|', '\\|').replaceAll('*', '\\*'),
  ])
  const lines = [['check', 'strict', 'lenient', 'what holds'], ['---', '---', '---', '---'], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function section({ id, summary, why, severity, fails, passes }: Check): string {
  return [
    `### ${id}`,
    escapeText(summary),
    escapeText(why),
    `Strict: ${severity.strict}. Lenient: ${severity.lenient}.`,
    'Fails:',
    fence(fails),
    'Passes:',
    fence(passes),
  ].join('\n\n')
}

function escapeText(text: string): string {
  return text.replaceAll('*', '\\*').replaceAll('{{', '\\{\\{')
}

/** Longest example that is shown whole. */
const MAX_SHOWN = 400

function fence(example: Example): string {
  const text = 'keys' in example ? example.keys : 'file' in example ? example.file : example.shown
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
  // A tab or an invisible character would not be seen on the page either.
  const visible = shown.trimEnd().replaceAll('\t', '→').replaceAll('\u200b', '<U+200B>')
  const ticks = visible.includes('```') ? '````' : '```'
  return `${ticks}text\n${visible}\n${ticks}`
}
