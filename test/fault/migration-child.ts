/**
 * A process that dies in the middle of a migration: after so many of the scripts that bring a ledger up to date, all of
 * them inside the one transaction of src/ledger/migrate.ts.
 *
 *     node migration-child.mjs <ledger> <scripts before the end>      (bundled by harness.ts)
 */
import { openDatabase } from '../../src/ledger/database.ts'
import { migrate } from '../../src/ledger/migrate.ts'

const [path = '', count = ''] = process.argv.slice(2)
const database = openDatabase(path, { busyMilliseconds: 10_000 })
database.all('PRAGMA journal_mode = WAL')
let scripts = 0
migrate({
  ...database,
  script(sql) {
    database.script(sql)
    scripts += 1
    if (scripts === Number(count)) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(`${scripts}\n`)
