import { Command } from 'commander'
import { buildCommandTree } from '../../../src/cli/run-cli.ts'

const INTRO = `# Command line

Generated from the commands themselves by \`npm run docs\`; do not edit.

Standard output carries data (tables, CSV, JSON), standard error everything that is said about it (progress, notices,
warnings, errors), so a pipe gets data only. A table fits the width of a terminal and is never cut in a pipe; \`COLUMNS\` sets
another width. \`NO_COLOR\` switches colours off, \`FORCE_COLOR\` on. Exit codes are in [errors.md](errors.md), settings in
[configuration.md](configuration.md).

A rule is named by its id, the beginning of its id (four characters or more, if unique), its name or a unique part of it, the
name of its file without extension, or a path. Times are ISO 8601 and UTC unless they say otherwise; durations are \`5m\`,
\`1h30m\`, \`7d\` or ISO 8601.
`

/** docs/cli.md: the help of every command, as \`--help\` prints it at 100 columns. */
export function cliPage() {
  const root = buildCommandTree()
  const sections = [root, ...root.commands].map(
    (command) =>
      `## ${command === root ? 'hunt' : `hunt ${command.name()}`}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  )
  return [INTRO, ...sections].join('\n')
}

/** @param {Command} command */
function helpOf(command) {
  let text = ''
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text.trim()
}
