import { open } from 'node:fs/promises'

/** Columns of the answer, one generator each: every type of the API, in the proportions of a table of Defender. */
type Draw = (random: Random, row: number) => unknown

const USERS = ['marlow@contoso.com', 'Odell@fabrikam.com', 'zoë@contoso.com', 'nt authority\\system']
const COMMANDS = [
  'powershell.exe -ExecutionPolicy Unrestricted -File script12.ps1',
  'cmd.exe /c "echo one, two & type C:\\Windows\\win.ini"',
  "/bin/sh -c 'cd / && run-parts --report /etc/cron.hourly'",
  "=cmd|' /C calc'!A0",
  'sc.exe query\r\nsc.exe stop spooler',
]

const COLUMNS: readonly (readonly [name: string, type: string, draw: Draw])[] = [
  ['TimeGenerated', 'datetime', (random) => time(random)],
  ['ProcessCreationTime', 'datetime', (random) => (random.chance(0.1) ? null : time(random))],
  ['TenantId', 'guid', () => '65e5518e-1899-49bd-bed1-f60cd3218a4a'],
  ['DeviceId', 'string', (random) => random.hex(40)],
  ['DeviceName', 'string', (random) => `vm-app-${random.below(200)}.corp.contoso.com`],
  ['ActionType', 'string', (random) => random.pick(['ProcessCreated', 'PowerShellCommand', 'FileCreated'])],
  ['AccountName', 'string', (random) => random.pick(USERS)],
  ['FileName', 'string', (random) => `script${random.below(60)}.ps1`],
  ['FolderPath', 'string', (random) => `C:\\Packages\\Plugins\\RunCommand\\${random.hex(8)}\\script.ps1`],
  ['ProcessCommandLine', 'string', (random) => random.pick(COMMANDS)],
  ['RemoteIP', 'string', (random) => (random.chance(0.5) ? '' : `203.0.113.${random.below(256)}`)],
  ['ProcessId', 'long', (random) => random.below(65_536)],
  // Above 2^53, unquoted as the service writes them: contract A4.
  ['ReportId', 'long', (random) => 9_007_199_254_740_993n + BigInt(random.below(1_000_000))],
  ['Severity', 'int', (random) => (random.chance(0.1) ? null : random.below(5))],
  ['Score', 'real', (random, row) => (row % 1000 === 0 ? 'NaN' : random.below(1_000_000) / 1000)],
  ['IsElevated', 'bool', (random) => random.chance(0.5)],
  ['Duration', 'timespan', (random) => `00:${two(random.below(60))}:${two(random.below(60))}.${random.digits(7)}`],
  ['Cost', 'decimal', (random) => `${random.below(1000)}.${random.digits(2)}`],
  ['AdditionalFields', 'dynamic', (random) => fields(random)],
  ['Tags', 'dynamic', (random) => (random.chance(0.7) ? null : '["azure","run command"]')],
]

export const COLUMN_COUNT = COLUMNS.length

/** Writes the body of an answer of the Logs Query API with so many rows. The same seed gives the same bytes. */
export async function writeAnswerBody(path: string, rowCount: number, seed: number): Promise<void> {
  const random = new Random(seed)
  const columns = COLUMNS.map(([name, type]) => ({ name, type }))
  const file = await open(path, 'w')
  try {
    await file.writeFile(`{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[`)
    for (let start = 0; start < rowCount; start += 1000) {
      const rows = Array.from({ length: Math.min(1000, rowCount - start) }, (_, index) =>
        rowText(random, start + index),
      )
      await file.writeFile(`${start === 0 ? '' : ','}${rows.join(',')}`)
    }
    await file.writeFile(']}]}')
  } finally {
    await file.close()
  }
}

function rowText(random: Random, row: number): string {
  const cells = COLUMNS.map(([, , draw]) => {
    const value = draw(random, row)
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  })
  return `[${cells.join(',')}]`
}

function time(random: Random): string {
  const day = `2026-03-${two(2 + random.below(7))}`
  return `${day}T${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}.${random.digits(6)}1Z`
}

function fields(random: Random): string {
  return JSON.stringify({ Command: `Get-${random.hex(6)}`, Id: random.below(1000), Nested: { Ok: random.chance(0.5) } })
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** Numbers that look random and are not: the generator «mulberry32», 32 bits of state. */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** An integer from 0 to `limit` − 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  chance(share: number): boolean {
    return this.below(1000) < share * 1000
  }

  pick(texts: readonly string[]): string {
    return texts[this.below(texts.length)] ?? ''
  }

  digits(count: number): string {
    return String(this.below(10 ** count)).padStart(count, '0')
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length)
      text += this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, length)
  }
}
